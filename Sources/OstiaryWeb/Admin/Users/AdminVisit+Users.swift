// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/users/`.
    mutating func users() async throws -> OutgoingResponse {
        let query = ListQuery(request.visit.target, names: UserListView.parameters)
        let reply = await ask(.get, AdminAPI.users.asking(query.forAPI))
        guard reply.isDone || reply.status == .badRequest else { throw AdminRefusal(reply: reply) }
        let view = UserListView(
            frame: frame.heading("Users"), query: query, users: reply.document.objects("results").map(AdminUser.init),
            next: reply.document.optionalText("next"), isCutShort: reply.document.flag("cut_short"),
            groups: own.allows(.viewGroup) ? await groupNames().groups : [],
            problems: reply.isDone ? .none : reply.problems, actions: userActionsAllowed, canAdd: own.allows(.addUser))
        return show(view.html, reply.status)
    }

    /// The actions for many that the visitor has a right to.
    var userActionsAllowed: [UserAction] {
        UserAction.allCases.filter { action in
            switch action {
            case .activate, .deactivate: own.allows(.changeUser)
            case .endSessions: own.allows(.deleteSession)
            case .delete: own.allows(.deleteUser)
            }
        }
    }

    /// `/admin/users/actions/`: asks first, then acts.
    mutating func userActions() async throws -> OutgoingResponse {
        guard let form, let action = form["action"].flatMap(UserAction.init) else {
            return leave(to: AdminSection.users.path)
        }
        guard userActionsAllowed.contains(action) else { throw AdminRefusal.forbidden }
        let query = ListQuery(carried: form["matching"] ?? "", names: UserListView.parameters)
        let list = AdminSection.users.path.asking(query.text(at: nil))
        let all = form["scope"]?.hasSameBytes(as: "all") == true
        let ids = form.all("ids").compactMap { Int64(id: $0) }
        guard all || !ids.isEmpty else { return leave(to: list, AdminNotice(.nothingTicked)) }
        if let confirmed = form["confirm"].flatMap({ Int64(id: $0) }) {
            let reply = await ask(
                .post, AdminAPI.userActions,
                all
                    ? [
                        "action": .init(action.rawValue), "matching": .init(query.matching),
                        "confirm": .number(.init(confirmed)),
                    ]
                    : ["action": .init(action.rawValue), "ids": .array(ids.map { .number(.init($0)) })])
            if reply.isDone { return leave(to: list, AdminNotice(action.notice, reply.document)) }
            // Between the question and the answer, the number may have changed.
            guard all, reply.code == "changed_meanwhile" || reply.code == "invalid_fields" else {
                throw AdminRefusal(reply: reply)
            }
        }
        let count = all ? try await read(AdminAPI.matchingUsers.asking(query.matching)) : nil
        let view = UserActionView(
            frame: frame.titled(action.title), action: action,
            accounts: all ? [] : ids.map { ($0, form["label.\($0)"]) },
            count: count.map { Int($0.number("count") ?? 0) } ?? ids.count, isMore: count?.flag("is_more") == true,
            matching: query.matching, isAll: all, filters: query.isEmpty() ? [] : query.values, back: list)
        return show(view.html)
    }
}

extension UserAction {
    fileprivate var notice: AdminNotice.Kind {
        switch self {
        case .activate: .activated
        case .deactivate: .deactivated
        case .endSessions: .sessionsOfAccountsEnded
        case .delete: .deleted
        }
    }
}
