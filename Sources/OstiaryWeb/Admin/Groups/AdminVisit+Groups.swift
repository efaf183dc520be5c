// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/groups/`.
    mutating func groups() async throws -> OutgoingResponse {
        let query = ListQuery(request.visit.target, names: [])
        let document = try await read(AdminAPI.groups.asking(query.forAPI))
        let view = GroupListView(
            frame: frame.heading("Groups"), groups: document.objects("results").map(AdminGroup.init),
            next: document.optionalText("next"), isFirst: query.cursor == nil, canAdd: own.allows(.addGroup))
        return show(view.html)
    }

    /// The groups by which a list can be filtered and that an account can join: the first two hundred.
    /// - Returns: none if the API refuses; then the page does without.
    func groupNames() async -> (groups: [AdminGroup], isAll: Bool) {
        var (groups, cursor): ([AdminGroup], String?) = ([], nil)
        for _ in 0..<4 {
            let query = cursor.map { "cursor=\(percentEncoded($0))" } ?? ""
            let reply = await ask(.get, AdminAPI.groups.asking(query))
            guard reply.isDone else { return (groups, false) }
            groups += reply.document.objects("results").map(AdminGroup.init)
            cursor = reply.document.optionalText("next")
            if cursor == nil { return (groups, true) }
        }
        return (groups, false)
    }

    /// `/admin/groups/add/`.
    mutating func addGroup() async throws -> OutgoingResponse {
        try demand(.addGroup)
        guard let form else { return groupForm(nil, nil, .none) }
        let reply = await ask(.post, AdminAPI.groups, GroupChanges(form).added)
        guard reply.isDone else {
            guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
            return groupForm(nil, nil, reply.problems, reply.status)
        }
        let group = AdminGroup(reply.document)
        return leave(
            to: own.allows(.viewGroup) ? group.path : AdminSection.overview.path, AdminNotice(.groupAdded))
    }

    /// `/admin/groups/{id}/`.
    mutating func group(_ id: Int64) async throws -> OutgoingResponse {
        let group = AdminGroup(try await read(AdminAPI.group(id)))
        guard let form else { return groupForm(group, try await members(of: group), .none) }
        try demand(.changeGroup)
        let (body, notice, problems) = try await change(form)
        guard let body else {
            if problems.isEmpty { return leave(to: group.path, notice) }
            return groupForm(group, try await members(of: group), problems, .badRequest)
        }
        let reply = await ask(.put, AdminAPI.group(id), body)
        if reply.isDone { return leave(to: group.path, notice) }
        guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
        return groupForm(group, try await members(of: group), reply.problems, reply.status)
    }

    /// The request of one of the forms of a group's page, and the notice when it is done.
    private func change(_ form: PageForm) async throws -> (JSONValue?, AdminNotice, FormProblems) {
        switch form["do"] {
        case "add":
            let text = (form["member"] ?? "").trimmedOfBlanks
            guard let id = try await account(text) else {
                return (
                    nil, AdminNotice(.nothingChanged), FormProblems(fields: [("member", ["There is no such account."])])
                )
            }
            return (["add_members": [.number(.init(id))]], AdminNotice(.memberAdded), .none)
        case "remove":
            let ids = form.all("ids").compactMap { Int64(id: $0) }
            guard !ids.isEmpty else { return (nil, AdminNotice(.nothingTicked), .none) }
            return (
                ["remove_members": .array(ids.map { .number(.init($0)) })], AdminNotice(.membersRemoved, ids.count),
                .none
            )
        default:
            let body = GroupChanges(form).changed
            return (body, AdminNotice(body == nil ? .nothingChanged : .groupChanged), .none)
        }
    }

    /// - Parameter text: an id, or an e-mail address if the visitor may see accounts.
    private func account(_ text: String) async throws -> Int64? {
        if let id = Int64(id: text) { return id }
        guard own.allows(.viewUser), !text.isEmpty else { return nil }
        let found = await ask(.get, AdminAPI.users.asking("search=\(percentEncoded(text))"))
        guard found.isDone || found.status == .badRequest else { throw AdminRefusal(reply: found) }
        let users = found.document.objects("results").map(AdminUser.init)
        return users.first { $0.email.lowercased().hasSameBytes(as: text.lowercased()) }?.id
    }

    private func members(of group: AdminGroup) async throws -> GroupFormView.Members? {
        guard own.allows(.viewUser) else { return nil }
        let query = ListQuery(request.visit.target, names: [])
        let place = query.cursor.map { "&cursor=\(percentEncoded($0))" } ?? ""
        let document = try await read("\(AdminAPI.users)?group=\(group.id)\(place)")
        return GroupFormView.Members(
            users: document.objects("results").map(AdminUser.init), next: document.optionalText("next"),
            isFirst: query.cursor == nil)
    }

    private func groupForm(
        _ group: AdminGroup?, _ members: GroupFormView.Members?, _ problems: FormProblems,
        _ status: HTTPResponse.Status = .ok
    ) -> OutgoingResponse {
        let here = group.map { Crumb(crumbName: $0.name, crumbLink: $0.path, isHere: true) }
        let view = GroupFormView(
            frame: here.map { frame.titled($0.crumbName, below: $0) } ?? frame.titled("Add a group"), group: group,
            members: members, own: own, typed: form, problems: problems)
        return show(view.html, status)
    }

    /// `/admin/groups/{id}/delete/`.
    mutating func groupDeletion(_ id: Int64) async throws -> OutgoingResponse {
        try demand(.deleteGroup)
        let group = AdminGroup(try await read(AdminAPI.group(id)))
        frame.crumbs.append(group.crumb)
        guard form != nil else {
            return show(GroupDeletionView(frame: frame.titled("Delete a group"), group: group).html)
        }
        let reply = await ask(.delete, AdminAPI.group(id))
        guard reply.isDone else { throw AdminRefusal(reply: reply) }
        return leave(to: AdminSection.groups.path, AdminNotice(.groupDeleted))
    }
}

extension String {
    /// The text without blanks at both ends, which come along when an address is pasted.
    fileprivate var trimmedOfBlanks: String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let bytes = Array(utf8)[...].drop(while: isBlank)
        guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }
}
