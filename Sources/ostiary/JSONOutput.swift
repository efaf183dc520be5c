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

    mutating func user(_ user: User) {
        beginObject()
        member("id", user.id)
        member("email", user.email)
        member("username", user.username)
        member("first_name", user.firstName)
        member("last_name", user.lastName)
        member("is_active", user.isActive)
        member("is_staff", user.isStaff)
        member("is_superuser", user.isSuperuser)
        key("last_login")
        if let lastLogin = user.lastLogin { string(lastLogin.iso8601) } else { null() }
        endObject()
    }
}
