// SPDX-License-Identifier: Apache-2.0

/// `/admin/setup/`: makes the first account with all rights.
struct SetupView {
    let frame: Frame
    /// The token of the link that led here; nil if the address has none.
    let token: String?
    let email: String
    let problems: FormProblems

    var fields: [FieldView] {
        [
            FieldView(
                name: "email", label: "E-mail address", kind: .email, value: email, problems: problems["email"],
                autocomplete: "username", isRequired: true, isFocused: true, maximumLength: 254),
            FieldView(
                name: "password", label: "Password", kind: .password, problems: problems["password"],
                autocomplete: "new-password", isRequired: true),
        ]
    }

    /// The sentences about the link.
    var linkProblems: [String] { problems.others(than: ["email", "password"]) }
}
