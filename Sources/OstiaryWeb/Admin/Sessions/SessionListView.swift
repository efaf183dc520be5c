// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// `/admin/sessions/`: live sessions, the newest first.
struct SessionListView {
    let frame: Frame
    let query: ListQuery
    let sessions: [AdminSession]
    let next: String?
    let isCutShort: Bool
    let problems: FormProblems
    let own: OwnRights

    static let parameters = ["user", "address", "started_after", "started_before"]

    var canEnd: Bool { own.allows(.deleteSession) }

    /// The account whose sessions are shown; nil if the list is of all accounts.
    var account: Int64? { Int64(id: query["user"]) }

    var filters: [FieldView] {
        [
            field("user", "Account (ID)", .text), field("address", "Address", .text),
            field("started_after", "Started after (UTC)", .minute),
            field("started_before", "Started before (UTC)", .minute),
        ]
    }

    private func field(_ name: String, _ label: String, _ kind: FieldView.Kind) -> FieldView {
        FieldView(name: name, label: label, kind: kind, value: query[name], problems: problems[name])
    }
}

/// The question before all sessions of an account end.
struct SessionsEndView {
    let frame: Frame
    let user: Int64
    /// The account as people know it.
    let name: String
    /// The number of sessions in words.
    let count: String
    let action: String
}
