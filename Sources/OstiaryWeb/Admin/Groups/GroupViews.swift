// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// `/admin/groups/`.
struct GroupListView {
    let frame: Frame
    let groups: [AdminGroup]
    let next: String?
    let isFirst: Bool
    let canAdd: Bool
}

/// `/admin/groups/add/` and `/admin/groups/{id}/`.
struct GroupFormView {
    /// The members of a group, as far as the page shows them.
    struct Members {
        let users: [AdminUser]
        let next: String?
        let isFirst: Bool
    }

    let frame: Frame
    /// The group; nil for one that is to be added.
    let group: AdminGroup?
    /// The members; nil if the visitor may not see accounts.
    let members: Members?
    let own: OwnRights
    /// The form that was refused; nil if none was sent.
    let typed: PageForm?
    let problems: FormProblems

    var canChange: Bool { group == nil || own.allows(.changeGroup) }

    var name: FieldView {
        FieldView(
            name: "name", label: "Name", value: typed?["name"] ?? group?.name ?? "", problems: problems["name"],
            isRequired: true, isFocused: group == nil, maximumLength: 150)
    }

    var permissions: PermissionBoxes {
        let typed = typed?["name"] == nil ? nil : typed.map(PermissionBoxes.chosen)
        return PermissionBoxes(typed ?? group?.permissions ?? [], own: own, problems: problems)
    }

    /// The input for a new member.
    var member: FieldView {
        FieldView(
            name: "member",
            label: own.allows(.viewUser) ? "E-mail address or ID of an account to add" : "ID of an account to add",
            value: typed?["member"] ?? "",
            problems: problems["member"] + problems["add_members"], isRequired: true)
    }

    /// The sentences that belong to no single input.
    var generalProblems: [String] {
        problems.others(than: ["name", "permissions", "member", "add_members"])
    }
}

/// `/admin/groups/{id}/delete/`.
struct GroupDeletionView {
    let frame: Frame
    let group: AdminGroup
}
