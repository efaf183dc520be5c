// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension EmailController {
    static let newEmail = Field.email(help: "The new address of the account.")
    static let password = Field(
        "password", .password, example: "securepassword",
        help: "Your password: a session alone does not move an account.")

    static let asking = APIOperation(
        .post, "/api/email/verification/", name: "E-mail verification", operationID: "requestEmailVerification",
        about: .init(
            "Ask for a link that proves your address", "Sends a link to the address of your account.",
            tag: .mail,
            successes: [Success("A message is on its way.", .mailRequested, status: .accepted)],
            errors: [.alreadyVerified, .unavailable],
            throttles: [Setting.throttleMailNetwork.name, Setting.throttleMailTotal.name]))

    static let confirming = APIOperation(
        .post, "/api/email/verification/confirm/", name: "E-mail verification confirmation",
        operationID: "verifyEmail", security: .public,
        about: .init(
            "Prove an address", "Proves the address of an account by the link of a message. Sessions stay open.",
            tag: .mail, fields: [.linkToken],
            successes: [Success("The address is proven.", .sentence("EmailVerified", "success", verified))],
            errors: [.invalidFields, .invalidLink], throttles: [Setting.throttleLink.name]))

    static let changeAsking = APIOperation(
        .post, "/api/email/change/", name: "E-mail change", operationID: "requestEmailChange",
        about: .init(
            "Ask to change your address",
            """
            Sends a link to the new address. Your account keeps the old one until somebody who reads the new one opens \
            the link.
            """,
            tag: .mail, fields: [newEmail, password],
            successes: [Success("A message is on its way.", .mailRequested, status: .accepted)],
            errors: [.invalidFields, .unavailable],
            throttles: [
                Setting.throttlePassword.name, Setting.throttleProfile.name, Setting.throttleRegister.name,
                Setting.throttleMailNetwork.name, Setting.throttleMailTotal.name,
            ]))

    static let changeConfirming = APIOperation(
        .post, "/api/email/change/confirm/", name: "E-mail change confirmation", operationID: "changeEmail",
        security: .public,
        about: .init(
            "Change an address",
            """
            Moves the account to the address of the link, ends all sessions but the one that asked, and voids the other \
            links. The old address gets a message with a way back.
            """,
            tag: .mail, fields: [.linkToken],
            successes: [Success("The account with its new address.", .profile)],
            errors: [.invalidFields, .invalidLink], throttles: [Setting.throttleLink.name]))

    static let undoing = APIOperation(
        .post, "/api/email/change/undo/", name: "E-mail change undo", operationID: "undoEmailChange",
        security: .public,
        about: .init(
            "Undo a change of address",
            """
            Takes the account back to its old address, by the link that this one was sent. All sessions end, and the \
            password is void, since whoever has moved the account may know it: a link for a new one goes to the address.
            """,
            tag: .mail, fields: [.linkToken],
            successes: [Success("The change is undone.", .sentence("EmailChangeUndone", "success", undone))],
            errors: [.invalidFields, .invalidLink], throttles: [Setting.throttleLink.name]))

    static let verified = "The address is proven."
    static let undone = "The account has its old address again. A mail with a link for a new password is on its way."
}
