// SPDX-License-Identifier: Apache-2.0

/// `/admin/users/{id}/password/`.
struct PasswordView {
    let frame: Frame
    let user: AdminUser
    var mustChange = true
    let problems: FormProblems

    var field: FieldView {
        FieldView(
            name: "password", label: "New password", kind: .password,
            help: "All sessions of the account end when it is set.", problems: problems["password"],
            autocomplete: "new-password", isRequired: true, isFocused: true)
    }

    var box: BoxView {
        BoxView(
            name: "must_change", value: "true", label: "Ask for another password at the next login", isSet: mustChange)
    }
}

/// `/admin/users/{id}/delete/`.
struct UserDeletionView {
    let frame: Frame
    let user: AdminUser

    /// The things that go with the account.
    var losses: [String] {
        [user.sessions == 0 ? "no live session" : user.sessionCount, "the networks it is known from"]
            + (user.groups.isEmpty
                ? ["no membership of a group"] : user.groups.map { "membership of the group \($0.name)" })
    }
}
