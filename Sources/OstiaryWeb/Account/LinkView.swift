// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

/// The page on which a link lands.
struct LinkView {
    let frame: Frame
    let path: String
    let texts: LinkTexts
    /// The address that the link was sent to.
    let email: String
    let problems: FormProblems

    var field: FieldView? {
        texts.password.map { password in
            FieldView(
                name: password.name, label: password.label, kind: .password, problems: problems[password.name],
                autocomplete: password.autocomplete, isRequired: true, isFocused: true)
        }
    }

    /// The sentences about the link as a whole.
    var others: [String] { problems.others(than: texts.password.map { [$0.name] } ?? []) }
}

/// The page that asks for a new password.
struct ForgotView {
    let frame: Frame
    let email: String
    let problems: FormProblems

    var field: FieldView {
        FieldView(
            name: "email", label: "E-mail address", kind: .email, value: email, problems: problems["email"],
            autocomplete: "username", isRequired: true, isFocused: true, maximumLength: 254)
    }

    var others: [String] { problems.others(than: ["email"]) }
}
