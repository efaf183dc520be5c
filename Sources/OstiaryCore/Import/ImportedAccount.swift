// SPDX-License-Identifier: Apache-2.0

/// An account of another system, with its stored password.
package struct ImportedAccount: Sendable {
    /// The id that the account is to have; nil for a new one.
    package var id: User.ID?
    package var account: NewUser
    package var lastLogin: Timestamp?
    /// True if the other system knows that the owner receives mail at the address.
    package var isEmailVerified = false
}

/// The reason for which a record cannot become an account, as a phrase.
package struct ImportRefusal: Error, CustomStringConvertible {
    package let description: String

    package init(_ reason: String) { description = reason }
}

extension ImportedAccount {
    /// The names of the fields of a record.
    package static let fields = [
        "id", "email", "password", "username", "first_name", "last_name", "is_active", "is_staff", "is_superuser",
        "last_login", "email_verified",
    ]

    /// Reads a record. Fields of other names are ignored.
    /// - Parameters:
    ///   - record: the fields. Texts of a table are as good as booleans: `true`, `t`, `1`, `yes` and their opposites.
    ///   - keepsID: true to take over the id.
    package init(_ record: JSONObject, keepsID: Bool) throws(ImportRefusal) {
        guard let email = try Self.text(record, "email", atMost: EmailAddress.maximumLength), !email.isEmpty else {
            throw ImportRefusal("there is no email")
        }
        guard let address = EmailAddress(email) else { throw ImportRefusal("the email is no address in ASCII") }
        var account = NewUser(email: address, encodedPassword: try Self.password(record))
        account.username = try Self.text(record, "username", atMost: 150) ?? ""
        account.firstName = try Self.text(record, "first_name", atMost: 150) ?? ""
        account.lastName = try Self.text(record, "last_name", atMost: 150) ?? ""
        account.isActive = try Self.flag(record, "is_active") ?? true
        account.isStaff = try Self.flag(record, "is_staff") ?? false
        account.isSuperuser = try Self.flag(record, "is_superuser") ?? false
        self.account = account
        isEmailVerified = try Self.flag(record, "email_verified") ?? false
        if let login = try Self.text(record, "last_login", atMost: 64), !login.isEmpty {
            guard let time = Timestamp(rfc3339: login) else { throw ImportRefusal("last_login is no time of RFC 3339") }
            lastLogin = time
        }
        guard keepsID else { return }
        guard let text = try Self.text(record, "id", atMost: 19), let id = User.ID(text), id > 0 else {
            throw ImportRefusal("the id is no positive number")
        }
        self.id = id
    }

    /// The stored password in Django's form.
    private static func password(_ record: JSONObject) throws(ImportRefusal) -> String {
        guard let text = try text(record, "password", atMost: 1_024), !text.isEmpty,
            text.utf8.first != UInt8(ascii: "!")
        else { return Passwords.unusable() }
        let encoded =
            switch text {
            case _ where text.hasBytePrefix("$2"): "bcrypt$" + text
            case _ where text.hasBytePrefix("$argon2"): "argon2" + text
            default: text
            }
        guard EncodedPassword(encoded) != nil else {
            throw ImportRefusal("the password is no hash that can be verified; see ostiary import users --help")
        }
        return encoded
    }

    private static func text(
        _ record: JSONObject, _ name: String, atMost limit: Int
    ) throws(ImportRefusal) -> String? {
        let text: String
        switch record[name] {
        case nil, .null: return nil
        case .string(let string):
            guard string.loneSurrogate == nil else { throw ImportRefusal("\(name) is no Unicode text") }
            text = string.text
        case .number(let number): text = number.text
        default: throw ImportRefusal("\(name) is no text")
        }
        guard text.unicodeScalars.count <= limit else {
            throw ImportRefusal("\(name) has more than \(limit) characters")
        }
        guard !text.utf8.contains(0) else { throw ImportRefusal("\(name) has a NUL") }
        return text
    }

    private static func flag(_ record: JSONObject, _ name: String) throws(ImportRefusal) -> Bool? {
        if case .bool(let flag) = record[name] { return flag }
        guard let text = try text(record, name, atMost: 64), !text.isEmpty else { return nil }
        switch text.lowercased() {
        case "true", "t", "1", "yes": return true
        case "false", "f", "0", "no": return false
        default: throw ImportRefusal("\(name) is neither true nor false")
        }
    }
}

/// The store of accounts that come from another system.
package protocol ImportStore: Sendable {
    /// Creates accounts in one transaction, with one audit entry for all.
    /// - Returns: for each account nil, or the reason for which it was left out.
    /// - Throws: ``StoreUnavailable``.
    func create(_ accounts: [ImportedAccount], in context: RequestContext) async throws -> [ImportRefusal?]

    /// Makes the next ids follow those that were taken over.
    /// - Throws: ``StoreUnavailable``.
    func followIDs() async throws
}
