// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The words of a page on which a link lands.
struct LinkTexts {
    let title: String
    /// The sentence before the button, around the address.
    let before: String
    let after: String
    let button: String
    /// The sentence after the effect.
    let done: String
    /// The path of the API that uses the link.
    let operation: String
    /// The name of the field for a password, its label, and its hint for password managers; nil for none.
    var password: (name: String, label: String, autocomplete: String)?

    init(_ purpose: LinkPurpose) {
        switch purpose {
        case .verification:
            (title, before, after) = ("Confirm your address", "Confirm that", "is your address.")
            (button, done) = ("Confirm the address", "Your address is confirmed.")
            operation = "/api/email/verification/confirm/"
        case .registration:
            (title, before) = ("Complete your registration", "Enter the password that you chose for")
            (after, button) = ("to complete the registration.", "Complete the registration")
            done = "Your account is ready."
            operation = "/api/register/confirm/"
            password = ("password", "Password", "current-password")
        case .reset:
            (title, before) = ("Set a new password", "Choose a new password for")
            (after, button) = ("and you are logged out everywhere.", "Set the password")
            done = "Your password is set. You can log in with it now."
            operation = "/api/password/reset/confirm/"
            password = ("new_password", "New password", "new-password")
        case .change:
            (title, before, after) = ("Change your address", "Your account moves to the address", "with this button.")
            (button, done) = ("Change the address", "Your account has its new address. Log in with it from now on.")
            operation = "/api/email/change/confirm/"
        case .undo:
            (title, before) = ("Take your account back", "Your account gets its old address")
            (after, button) = (
                "again. Everybody is logged out, and a link for a new password goes to that address.",
                "Take the account back"
            )
            done =
                "Your account has its old address again. A message with a link for a new password is on its way to it."
            operation = "/api/email/change/undo/"
        case .login:
            (title, before, after) = ("Log in", "You are about to log in as", "in this browser.")
            (button, done) = ("Log in", "You are logged in.")
            operation = "/api/login/email/confirm/"
        }
    }
}
