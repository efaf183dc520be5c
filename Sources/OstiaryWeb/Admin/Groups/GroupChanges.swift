// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The form of a group as a request to the API. Only what differs from what the page showed is sent.
struct GroupChanges {
    private let form: PageForm

    init(_ form: PageForm) { self.form = form }

    /// The request that adds the group.
    var added: JSONValue { ["name": .init(form["name"] ?? ""), "permissions": permissions] }

    /// The request that changes name and permissions; nil if nothing was changed.
    var changed: JSONValue? {
        var members: [(String, JSONValue)] = []
        if let name = form["name"], form["was.name"]?.hasSameBytes(as: name) != true {
            members.append(("name", .init(name)))
        }
        let chosen = PermissionBoxes.chosen(in: form)
        if form["was.permissions"]?.hasSameBytes(as: chosen.joined(separator: " ")) != true {
            members.append(("permissions", permissions))
        }
        return members.isEmpty ? nil : JSONValue(members: members)
    }

    private var permissions: JSONValue { .array(PermissionBoxes.chosen(in: form).map { .init($0) }) }

    /// The state of a group in the hidden inputs of its form.
    static func shown(_ group: AdminGroup) -> [(name: String, value: String)] {
        [("was.name", group.name), ("was.permissions", group.permissions.sortedByBytes.joined(separator: " "))]
    }

    /// The state that a refused form was made from.
    static func carried(_ form: PageForm?) -> [(name: String, value: String)] {
        (form?.fields ?? []).filter { $0.name.hasBytePrefix("was.") }
    }
}
