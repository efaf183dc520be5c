// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension BuiltInMail {
    private static let validity = "The link is valid for {{lifetime}}."
    private static let circumstances =
        "{{time}}{{#browser}} with {{browser}}{{/browser}}{{#address}} from the IP address {{address}}{{/address}}."
    private static let request = "The request was made on \(circumstances)"
    private static let event = "This happened on \(circumstances)"

    static func english(_ kind: MailKind) -> BuiltInMail {
        switch kind {
        case .verify:
            BuiltInMail(
                "Confirm your e-mail address for {{site}}",
                ["An account at {{site}} uses the address {{recipient}}. Please confirm that this address is yours:"],
                button: "Confirm address",
                closing: [
                    "\(validity) \(request)",
                    "If you have no account there, you need not do anything: the address stays unconfirmed.",
                ])
        case .register:
            BuiltInMail(
                "Complete your registration at {{site}}",
                [
                    "Somebody, probably you, has registered at {{site}} with the address {{recipient}}.",
                    "Open this link and enter the password that you chose to complete the registration:",
                ],
                button: "Complete registration",
                closing: [
                    "\(validity) \(request)",
                    "If it was not you, you need not do anything: without your confirmation there is no account.",
                ])
        case .alreadyRegistered:
            BuiltInMail(
                "You already have an account at {{site}}",
                [
                    "Somebody, probably you, tried to register at {{site}} with the address {{recipient}}. "
                        + "There is an account with this address already.",
                    "Log in with this address and your password. If you have forgotten the password, reset it on the "
                        + "login page of {{site}}.",
                ],
                closing: [
                    request, "If it was not you, you need not do anything: your account is as it was.",
                ])
        case .reset:
            BuiltInMail(
                "Set a new password for {{site}}",
                [
                    "Somebody, probably you, asked to reset the password of the account with the address {{recipient}} "
                        + "at {{site}}. You can set a new password here:"
                ],
                button: "Set new password",
                closing: [
                    "\(validity) \(request)",
                    "If it was not you, you need not do anything: your password stays as it is.",
                ])
        case .changeConfirm:
            BuiltInMail(
                "Confirm your new e-mail address for {{site}}",
                [
                    "Somebody, probably you, asked to move an account at {{site}} to the address {{recipient}}. Please "
                        + "confirm the change:"
                ],
                button: "Confirm new address",
                closing: [
                    "\(validity) \(request)",
                    "If it was not you, you need not do anything: without your confirmation nothing changes.",
                ])
        case .changeNotice:
            BuiltInMail(
                "The e-mail address of your account at {{site}} has changed",
                [
                    "Until now, your account at {{site}} had the address {{recipient}}. It has moved to another "
                        + "address, and messages about it go there from now on. \(event)",
                    "If it was you, you need not do anything. If it was not, take the account back:",
                ],
                button: "Undo the change",
                closing: [
                    "\(validity) It gives the account its old address back and logs it out everywhere. You "
                        + "then get a link for a new password."
                ])
        case .login:
            BuiltInMail(
                "Log in to {{site}}",
                [
                    "Somebody, probably you, wants to log in to {{site}} with the address {{recipient}}. This link "
                        + "logs you in where you open it:"
                ],
                button: "Log in", code: "Or enter this code on the page where you asked to log in:",
                closing: [
                    "Link and code are valid for {{lifetime}}. Give them to nobody, whoever asks for them. \(request)",
                    "If it was not you, you need not do anything: without link or code nobody gets in.",
                ])
        case .passwordChanged:
            BuiltInMail(
                "Your password for {{site}} has changed",
                [
                    "The password of your account at {{site}} with the address {{recipient}} has been changed. "
                        + event
                ],
                closing: [
                    "If it was you, you need not do anything. If it was not, reset your password at once on the login "
                        + "page of {{site}}."
                ])
        case .newLogin:
            BuiltInMail(
                "New login to your account at {{site}}",
                [
                    "Somebody has logged in to your account at {{site}} with the address {{recipient}} from a network "
                        + "that had not been used before. \(event)"
                ],
                closing: [
                    "If it was you, you need not do anything. If it was not, change your password at once and log out "
                        + "all other sessions."
                ])
        case .sessionsEnded:
            BuiltInMail(
                "A session of your account at {{site}} was ended",
                [
                    "A session of your account at {{site}} with the address {{recipient}} was ended, since its key "
                        + "was used a second time. Somebody may have copied it from one of your "
                        + "devices. \(event)"
                ],
                closing: [
                    "On that device, please log in again. If you do not know how this could happen, change your password and check "
                        + "your devices for malicious software."
                ])
        }
    }
}
