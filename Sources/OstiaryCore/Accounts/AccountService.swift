// SPDX-License-Identifier: Apache-2.0

/// Makes and administers accounts: what Django calls the user manager, without its password validation.
///
/// Registration over HTTP goes through ``RegistrationService``; this is for operators and embedders.
public struct AccountService: Sendable {
    private let accounts: any AccountStore
    private let passwordStore: any PasswordStore
    private let passwords: Passwords

    package init(accounts: any AccountStore, passwordStore: any PasswordStore, passwords: Passwords) {
        self.accounts = accounts
        self.passwordStore = passwordStore
        self.passwords = passwords
    }

    /// What an account may be given besides its login.
    public struct Attributes: Sendable {
        public var username = ""
        public var firstName = ""
        public var lastName = ""
        public var isActive = true
        public var isStaff: Bool?
        public var isSuperuser: Bool?

        public init() {}
    }

    /// - Parameters:
    ///   - email: the login.
    ///   - password: nil gives an unusable one: nobody can log in until it is set.
    /// - Throws: ``AccountError``, ``StoreUnavailable``, ``Overloaded``.
    public func createUser(
        email: String, password: String?, attributes: Attributes = Attributes(), in context: RequestContext
    ) async throws -> User {
        guard !email.isEmpty else { throw AccountError.emailRequired }
        guard email.unicodeScalars.count <= EmailAddress.maximumLength, let address = EmailAddress(email) else {
            throw AccountError.invalidEmail
        }
        let encoded = if let password { try await passwords.hash(password) } else { Passwords.unusable() }
        var user = NewUser(email: address, encodedPassword: encoded)
        user.username = attributes.username
        user.firstName = attributes.firstName
        user.lastName = attributes.lastName
        user.isActive = attributes.isActive
        user.isStaff = attributes.isStaff ?? false
        user.isSuperuser = attributes.isSuperuser ?? false
        switch try await accounts.create(user, in: context) {
        case .created(let user): return user
        case .emailTaken: throw AccountError.emailTaken
        }
    }

    /// A user with `isStaff` and `isSuperuser`; asking for either to be false is an error.
    public func createSuperuser(
        email: String, password: String?, attributes: Attributes = Attributes(), in context: RequestContext
    ) async throws -> User {
        guard attributes.isStaff != false else { throw AccountError.superuserMustBeStaff }
        guard attributes.isSuperuser != false else { throw AccountError.superuserMustBeSuperuser }
        var attributes = attributes
        attributes.isStaff = true
        attributes.isSuperuser = true
        return try await createUser(email: email, password: password, attributes: attributes, in: context)
    }

    /// Deactivation ends every session of the account, and activation brings none back.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func setActive(_ isActive: Bool, email: String, in context: RequestContext) async throws -> User {
        guard let address = EmailAddress(email),
            let user = try await accounts.setActive(isActive, email: address, in: context)
        else { throw AccountError.unknownUser }
        return user
    }

    /// Sets a new password and ends every session of the account.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``, ``Overloaded``.
    public func changePassword(email: String, to password: String, in context: RequestContext) async throws {
        let user = try await self.user(email: email, in: context)
        let encoded = try await passwords.hash(password)
        guard try await passwordStore.resetPassword(id: user.id, to: encoded, in: context) else {
            throw AccountError.unknownUser
        }
    }

    /// Deletes an account with everything that belongs to it.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func delete(email: String, in context: RequestContext) async throws {
        guard let address = EmailAddress(email), try await accounts.delete(email: address, in: context) else {
            throw AccountError.unknownUser
        }
    }

    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func user(email: String, in context: RequestContext) async throws -> User {
        guard let address = EmailAddress(email),
            let credential = try await accounts.credential(email: address, in: context)
        else { throw AccountError.unknownUser }
        return credential.user
    }

    /// - Parameters:
    ///   - id: users with a larger id are listed.
    ///   - limit: at most this many.
    /// - Throws: ``StoreUnavailable``.
    public func list(after id: User.ID = 0, limit: Int, in context: RequestContext) async throws -> [User] {
        try await accounts.list(after: id, limit: limit, in: context)
    }
}

/// Why an account could not be made or found. The texts are those of the user manager people know.
public enum AccountError: Error, Equatable, CustomStringConvertible {
    case emailRequired
    case invalidEmail
    case emailTaken
    case superuserMustBeStaff
    case superuserMustBeSuperuser
    case unknownUser

    public var description: String {
        switch self {
        case .emailRequired: "The Email field must be set"
        case .invalidEmail: "Enter a valid email address."
        case .emailTaken: "custom user with this email already exists."
        case .superuserMustBeStaff: "Superuser must have is_staff=True"
        case .superuserMustBeSuperuser: "Superuser must have is_superuser=True"
        case .unknownUser: "There is no user with this e-mail address."
        }
    }
}
