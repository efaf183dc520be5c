// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `/api/admin/groups/`
package struct GroupController: Sendable {
    private let groups: GroupService

    package init(groups: GroupService) { self.groups = groups }

    private static let name = Field(
        "name", .text, maximumLength: Group.maximumNameLength, example: "support", help: "The name, which is unique.")
    private static let newName = Field(
        "name", .text, maximumLength: Group.maximumNameLength, isRequired: false, example: "support",
        help: "The name, which is unique.")
    private static let permissions = Field(
        "permissions", .texts, maximumLength: Permission.maximumLength, isRequired: false,
        maximumCount: Group.maximumPermissions, example: "ostiary.view_user,shop.view_order",
        help: "All permissions of the group: those of the administration, and names of your application.")
    private static let added = Field(
        "add_members", .ids, isRequired: false, maximumCount: Group.maximumMembersOfChange, example: "1",
        help: "The ids of users who become members.")
    private static let removed = Field(
        "remove_members", .ids, isRequired: false, maximumCount: Group.maximumMembersOfChange, example: "2",
        help: "The ids of users who are members no more.")
    private static let id = Parameter(
        "id", in: .path, .integer, isRequired: true, example: "1", help: "The `id` of a group.")

    private static let listing = APIOperation(
        .get, "/api/admin/groups/", name: "Groups", operationID: "listGroups", security: .staff(.viewGroup),
        about: .init(
            "List groups",
            "Lists groups by page, 50 at a time, in the order of their names. Their members are those whom the list of users selects by `group`.",
            tag: .administration, parameters: [.cursor],
            successes: [Success("A page of groups.", .page(name: "Groups", of: .group))], errors: [.invalidFields]),
        parsers: [])
    private static let adding = APIOperation(
        .post, "/api/admin/groups/", name: "Groups", operationID: "addGroup",
        security: .staff(.addGroup, isFresh: true),
        about: .init(
            "Add a group", "Creates a group. Permissions that you do not have cannot be given.", tag: .administration,
            fields: [name, permissions], successes: [Success("The new group.", .group, status: .created)],
            errors: [.invalidFields, .alreadyExists, .keptElsewhere]))
    private static let showing = APIOperation(
        .get, "/api/admin/groups/{id}/", name: "Group", operationID: "getGroup", security: .staff(.viewGroup),
        about: .init(
            "Show a group", "Returns a group with its permissions.", tag: .administration, parameters: [id],
            successes: [Success("The group.", .group)], errors: [.notFound]),
        parsers: [])
    private static let changing = APIOperation(
        .put, "/api/admin/groups/{id}/", name: "Group", operationID: "changeGroup",
        security: .staff(.changeGroup, isFresh: true),
        about: .init(
            "Change a group",
            """
            Changes the fields that you send and keeps all others.

            Only superusers change the name of a group, which applications may read in tokens. You cannot give permissions \
            that you do not have, add members to a group that you are not in, nor change \
            the memberships of users who have more rights than you.
            """,
            tag: .administration, fields: [newName, permissions, added, removed], parameters: [id],
            successes: [Success("The changed group.", .group)],
            errors: [.invalidFields, .notFound, .alreadyExists, .ownAccount, .keptElsewhere]))
    private static let deleting = APIOperation(
        .delete, "/api/admin/groups/{id}/", name: "Group", operationID: "deleteGroup",
        security: .staff(.deleteGroup, isFresh: true),
        about: .init(
            "Delete a group", "Deletes a group; its members lose its permissions.", tag: .administration,
            parameters: [id], successes: [Success("The group is deleted.", .nothing, status: .noContent)],
            errors: [.notFound, .ownAccount, .keptElsewhere]),
        parsers: [])

    /// The operations of the endpoints.
    package static let operations = [listing, adding, showing, changing, deleting]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.listing) { call, _ in try await list(call) },
            Endpoint(Self.adding) { call, _ in try await add(call) },
            Endpoint(Self.showing) { call, _ in try await show(call) },
            Endpoint(Self.changing) { call, _ in try await change(call) },
            Endpoint(Self.deleting) { call, _ in try await delete(call) },
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        var reader = call.parameters()
        var cursor: PageCursor?
        if let text = reader.text(.cursor, atMost: PageCursor.maximumLength) {
            cursor = GroupService.cursor(text)
            if cursor == nil { reader.refuse(.cursor, .cursorInvalid) }
        }
        try reader.check()
        return .page(try await groups.list(after: cursor, in: call.context)) { $0.group($1) }
    }

    private func add(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let name = fields.text(Self.name)
        let permissions = fields.permissions(Self.permissions) ?? []
        try fields.check()
        guard let name else { throw Refusal.internalError }
        return try Self.answer(
            try await groups.add(named: name, permissions: permissions, in: call.context), status: .created)
    }

    private func show(_ call: Call) async throws -> Answer {
        guard let group = try await groups.group(call.userID(), in: call.context) else { throw Refusal.notFound }
        return Answer { $0.group(group) }
    }

    private func change(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let change = GroupChange(
            name: fields.text(Self.newName), permissions: fields.permissions(Self.permissions),
            added: Set(fields.ids(Self.added) ?? []), removed: Set(fields.ids(Self.removed) ?? []))
        try fields.check()
        let outcome = try await groups.change(call.userID(), with: change, in: call.context)
        if case .unknownUser(let user) = outcome {
            let field = change.added.contains(user) ? Self.added : Self.removed
            throw Refusal.field(field.name, code: "does_not_exist", "There is no user \(user).")
        }
        return try Self.answer(outcome)
    }

    private func delete(_ call: Call) async throws -> Answer {
        guard try await groups.delete(call.userID(), in: call.context) else { throw Refusal.notFound }
        return .nothing
    }

    private static func answer(_ outcome: GroupOutcome, status: HTTPResponse.Status = .ok) throws -> Answer {
        switch outcome {
        case .done(let group): return Answer(status: status) { $0.group(group) }
        case .nameTaken: throw Refusal.alreadyExists(name.name, "There is another group of this name.")
        case .unknownGroup, .unknownUser: throw Refusal.notFound
        }
    }
}

extension JSONWriter {
    fileprivate mutating func group(_ group: Group) {
        beginObject()
        key("id")
        integer(group.id)
        key("name")
        string(group.name)
        key("permissions")
        strings(group.permissions.sorted().map(\.rawValue))
        endObject()
    }
}

extension Shape {
    fileprivate static let group = Shape.object(
        name: "Group",
        [
            Property("id", .integer, format: "int64", example: "1", help: "The id of the group."),
            Property("name", example: "support", help: "The name, which is unique."),
            Property(
                "permissions", .array(of: .value(.string, example: "ostiary.view_user")),
                help: "The permissions that its members have."),
        ])
}
