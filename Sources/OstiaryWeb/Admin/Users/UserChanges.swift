// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The form of an account as a request to the API. Only what differs from what the page showed is sent, so a form that
/// was open for long does not undo what others have changed meanwhile.
struct UserChanges {
    private let form: PageForm

    static let texts = ["email", "username", "first_name", "last_name"]
    static let flags = ["is_active", "is_staff", "is_superuser"]

    init(_ form: PageForm) { self.form = form }

    /// The request that adds the account.
    var added: JSONValue {
        var members: [(String, JSONValue)] = Self.texts.map { ($0, .init(form[$0] ?? "")) }
        members += Self.flags.map { ($0, .bool(isSet($0))) }
        if let password = form["password"], !password.isEmpty {
            members += [("password", .init(password)), ("must_change", .bool(isSet("must_change")))]
        }
        return JSONValue(members: members.filter { $0.0 == "email" || $0.1 != .init("") })
    }

    /// The request that changes the account; nil if nothing was changed.
    var changed: JSONValue? {
        var members: [(String, JSONValue)] = []
        for name in Self.texts {
            guard let value = form[name], form["was.\(name)"]?.hasSameBytes(as: value) != true else { continue }
            members.append((name, .init(value)))
        }
        for name in Self.flags where form["was.\(name)"] != (isSet(name) ? "true" : "false") {
            members.append((name, .bool(isSet(name))))
        }
        let groups = Set(form.all("groups").compactMap { Int64(id: $0) }).sorted()
        if form["was.groups"]?.hasSameBytes(as: Self.joined(groups)) != true {
            members.append(("groups", .array(groups.map { .number(.init($0)) })))
        }
        let permissions = PermissionBoxes.chosen(in: form)
        if form["was.permissions"]?.hasSameBytes(as: permissions.joined(separator: " ")) != true {
            members.append(("permissions", .array(permissions.map { .init($0) })))
        }
        return members.isEmpty ? nil : JSONValue(members: members)
    }

    private func isSet(_ name: String) -> Bool { !form.all(name).isEmpty }

    /// The state of an account in the hidden inputs of its form.
    static func shown(_ user: AdminUser) -> [(name: String, value: String)] {
        [
            ("was.email", user.email), ("was.username", user.username), ("was.first_name", user.firstName),
            ("was.last_name", user.lastName), ("was.is_active", "\(user.isActive)"),
            ("was.is_staff", "\(user.isStaff)"),
            ("was.is_superuser", "\(user.isSuperuser)"), ("was.groups", joined(user.groups.map(\.id).sorted())),
            ("was.permissions", user.permissions.sortedByBytes.joined(separator: " ")),
        ]
    }

    private static func joined(_ ids: [Int64]) -> String { ids.map(String.init).joined(separator: " ") }
}
