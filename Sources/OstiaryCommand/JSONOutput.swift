// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// The `--json` flag of commands whose output programs read.
struct JSONOption: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false
}

extension Terminal {
    /// Prints a JSON document.
    static func document(_ body: (inout JSONWriter) -> Void) throws {
        var writer = JSONWriter()
        body(&writer)
        try Self.print(String(decoding: writer.bytes, as: UTF8.self))
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    mutating func member(_ name: String, _ value: Int64) {
        key(name)
        integer(value)
    }

    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    mutating func member(_ name: String, optional value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// - Parameter showsVerification: true to tell if the address is proven.
    mutating func user(_ user: User, showsVerification: Bool) {
        beginObject()
        members(of: user, showsVerification: showsVerification)
        endObject()
    }

    /// - Parameter showsVerification: true to tell if the address is proven.
    mutating func detail(_ detail: AccountDetail, showsVerification: Bool) {
        beginObject()
        members(of: detail.user, showsVerification: showsVerification)
        key("groups")
        beginArray()
        for group in detail.groups {
            beginObject()
            member("id", group.id)
            member("name", group.name)
            endObject()
        }
        endArray()
        member("permissions", detail.permissions.sorted().map(\.rawValue))
        key("password")
        beginObject()
        member("algorithm", detail.password.algorithm)
        member("cost", detail.password.cost)
        endObject()
        member("password_change_required", detail.isPasswordChangeRequired)
        member("sessions", Int64(detail.sessions))
        endObject()
    }

    private mutating func members(of user: User, showsVerification: Bool) {
        member("id", user.id)
        member("email", user.email)
        if showsVerification { member("email_verified", user.isEmailVerified) }
        member("username", user.username)
        member("first_name", user.firstName)
        member("last_name", user.lastName)
        member("is_active", user.isActive)
        member("is_staff", user.isStaff)
        member("is_superuser", user.isSuperuser)
        member("last_login", optional: user.lastLogin?.iso8601)
    }
}
