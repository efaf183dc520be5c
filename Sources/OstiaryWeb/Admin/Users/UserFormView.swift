// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The form of an account, to add and to change it; without inputs for those who may only look.
struct UserFormView {
    let frame: Frame
    /// The account; nil for one that is to be added.
    let user: AdminUser?
    /// The groups on offer.
    let groups: [AdminGroup]
    let hasAllGroups: Bool
    let own: OwnRights
    /// The form that was refused; nil if none was sent.
    let typed: PageForm?
    let problems: FormProblems

    var canChange: Bool { user?.canChange ?? true }

    private func value(_ name: String, _ present: String?) -> String { typed?[name] ?? present ?? "" }

    var fields: [FieldView] {
        [
            FieldView(
                name: "email", label: "E-mail address", kind: .email, value: value("email", user?.email),
                help: "The account logs in with it.", problems: problems["email"], isRequired: true,
                isFocused: user == nil, maximumLength: 254),
            FieldView(
                name: "username", label: "User name", value: value("username", user?.username),
                problems: problems["username"], maximumLength: 150),
            FieldView(
                name: "first_name", label: "First name", value: value("first_name", user?.firstName),
                problems: problems["first_name"], maximumLength: 150),
            FieldView(
                name: "last_name", label: "Last name", value: value("last_name", user?.lastName),
                problems: problems["last_name"], maximumLength: 150),
        ]
    }

    /// The inputs for the password of a new account.
    var password: FieldView {
        FieldView(
            name: "password", label: "Password", kind: .password,
            help: "May stay empty: nobody can log in to the account then until a password is set.",
            problems: problems["password"], autocomplete: "new-password")
    }

    var mustChange: BoxView {
        BoxView(
            name: "must_change", value: "true", label: "Ask for another password at the first login",
            isSet: typed.map { !$0.all("must_change").isEmpty } ?? true)
    }

    var flags: BoxesView {
        let rows: [(name: String, label: String, note: String, present: Bool, isLocked: Bool)] = [
            ("is_active", "Active", "can log in", user?.isActive ?? true, false),
            ("is_staff", "Staff", "may open these pages", user?.isStaff ?? false, false),
            ("is_superuser", "Superuser", "has every permission", user?.isSuperuser ?? false, !own.isSuperuser),
        ]
        return BoxesView(
            heading: "Status",
            boxes: rows.map { row in
                BoxView(
                    name: row.name, value: "true", label: row.label, note: row.note,
                    isSet: typed.map { !$0.all(row.name).isEmpty } ?? row.present, isLocked: row.isLocked)
            },
            problems: UserChanges.flags.flatMap { problems[$0] })
    }

    var groupBoxes: BoxesView {
        BoxesView(
            heading: "Groups",
            boxes: groups.map { group in
                BoxView(
                    name: "groups", value: String(group.id), label: group.name,
                    isSet: typed.map { form in form.all("groups").contains { $0.hasSameBytes(as: String(group.id)) } }
                        ?? (user?.groups.contains { $0.id == group.id } == true))
            },
            help: hasAllGroups
                ? "" : "These are not all groups. Members of the others are added on the pages of those.",
            problems: problems["groups"], isWide: true)
    }

    var permissions: PermissionBoxes {
        PermissionBoxes(typed.map(PermissionBoxes.chosen) ?? user?.permissions ?? [], own: own, problems: problems)
    }

    /// The sentences that belong to no single input.
    var generalProblems: [String] {
        problems.others(than: UserChanges.texts + UserChanges.flags + ["password", "groups", "permissions"])
    }
}
