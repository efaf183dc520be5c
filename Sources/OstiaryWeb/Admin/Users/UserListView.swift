// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// `/admin/users/`: accounts, with search, filters and actions for many.
struct UserListView {
    let frame: Frame
    let query: ListQuery
    let users: [AdminUser]
    let next: String?
    let isCutShort: Bool
    /// The groups to filter by.
    let groups: [AdminGroup]
    let problems: FormProblems
    let actions: [UserAction]
    let canAdd: Bool

    static let parameters = [
        "search", "name", "active", "staff", "superuser", "group", "last_login_before", "never_logged_in", "order",
    ]

    /// The columns by which the list can be ordered, with their names in the address.
    private static let orders = ["Account": "email", "ID": "id", "Last login": "last_login"]
    private static let titles = ["Account", "ID", "Name", "Status", "Last login"]

    var columns: [KeysetTable.Column] {
        let current = order
        return Self.titles.map { title in
            guard let order = Self.orders[title] else { return KeysetTable.Column(title: title) }
            let (isUp, isDown) = (current.hasSameBytes(as: order), current.hasSameBytes(as: "-\(order)"))
            let link = AdminSection.users.path.asking(
                query.setting("order", to: isUp ? "-\(order)" : order).text(at: nil))
            return KeysetTable.Column(title: title, link: link, order: isUp ? .ascending : isDown ? .descending : nil)
        }
    }

    /// The order in which the API lists: the one asked for, or that of the index which a filter uses.
    private var order: String {
        guard query["order"].isEmpty else { return query["order"] }
        if !query["last_login_before"].isEmpty { return "last_login" }
        return query["search"].isEmpty || Int64(id: query["search"]) != nil ? "id" : "email"
    }

    var filters: [FieldView] {
        let either = [(value: "", name: "Any"), ("true", "Yes"), ("false", "No")]
        var groups = [(value: "", name: "Any")] + groups.map { (value: String($0.id), name: $0.name) }
        let chosen = query["group"]
        if !groups.contains(where: { $0.value.hasSameBytes(as: chosen) }) { groups.append((chosen, "Group \(chosen)")) }
        return [
            field("search", "ID or start of e-mail", .search),
            field("name", "Exact user name", .text),
            field("active", "Active", .choice(either)),
            field("staff", "Staff", .choice(either)),
            field("superuser", "Superuser", .choice(either)),
            field("group", "Group", .choice(groups)),
            field("last_login_before", "Last login before (UTC)", .date),
            field("never_logged_in", "Never logged in", .choice([("", "Any"), ("true", "Yes")])),
        ]
    }

    private func field(_ name: String, _ label: String, _ kind: FieldView.Kind) -> FieldView {
        FieldView(name: name, label: label, kind: kind, value: query[name], problems: problems[name])
    }
}

/// An action for many accounts.
enum UserAction: String, CaseIterable, Sendable {
    case activate, deactivate
    case endSessions = "end_sessions"
    case delete

    var name: String {
        switch self {
        case .activate: "Activate"
        case .deactivate: "Deactivate and end sessions"
        case .endSessions: "End all sessions"
        case .delete: "Delete"
        }
    }

    /// The title of the page that asks.
    var title: String {
        switch self {
        case .activate: "Activate accounts"
        case .deactivate: "Deactivate accounts"
        case .endSessions: "End sessions"
        case .delete: "Delete accounts"
        }
    }

    /// - Parameter accounts: a number of accounts in words.
    func question(_ accounts: String) -> String {
        switch self {
        case .activate: "Activate \(accounts)?"
        case .deactivate: "Deactivate \(accounts)?"
        case .endSessions: "End all sessions of \(accounts)?"
        case .delete: "Delete \(accounts)?"
        }
    }

    var consequence: String {
        switch self {
        case .activate: "They can log in again with their passwords."
        case .deactivate: "They cannot log in until they are activated again, and all their sessions end at once."
        case .endSessions: "They have to log in again everywhere."
        case .delete: "They are gone for good, with their sessions, known networks and memberships of groups."
        }
    }

    var isDestructive: Bool { self == .delete }
}
