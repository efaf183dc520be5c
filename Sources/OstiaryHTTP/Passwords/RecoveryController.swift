// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/password/reset/` and `POST /api/password/reset/confirm/`
package struct RecoveryController: Sendable {
    private let recovery: PasswordRecoveryService

    package init(recovery: PasswordRecoveryService) { self.recovery = recovery }

    private static let email = Field.email(help: "The address of the account, in upper or lower case.")

    private static let asking = APIOperation(
        .post, "/api/password/reset/", name: "Password reset", operationID: "requestPasswordReset", security: .public,
        about: .init(
            "Ask for a new password",
            """
            Sends a link to the address, if it has an active account. The answer is the same for every address, and so is \
            its time: no account is looked at before it.
            """,
            tag: .mail, fields: [email],
            successes: [Success("The request was taken.", .mailRequested, status: .accepted)],
            errors: [.invalidFields, .unavailable],
            throttles: [Setting.throttleMailNetwork.name, Setting.throttleMailTotal.name]))

    private static let confirming = APIOperation(
        .post, "/api/password/reset/confirm/", name: "Password reset confirmation", operationID: "resetPassword",
        security: .public,
        about: .init(
            "Set a new password",
            """
            Sets the password by the link of a message, ends all sessions of the account and voids its other links. It \
            logs nobody in.
            """,
            tag: .mail, fields: [.linkToken, .chosenPassword],
            successes: [Success("The password is set.", .sentence("PasswordReset", "success", done))],
            errors: [.invalidFields, .invalidLink], throttles: [Setting.throttleLink.name]))

    private static let done = "The password is set. Log in with it."

    /// The operations of the endpoints.
    package static let operations = [asking, confirming]

    package var endpoints: [Endpoint] {
        [.public(Self.asking, handler: ask), .public(Self.confirming, handler: confirm)]
    }

    private func ask(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let email = fields.email(Self.email)
        try fields.check()
        guard let email else { throw Refusal.internalError }
        try await recovery.request(for: email, in: call.context)
        return .sentence("detail", Answer.mailRequested, status: .accepted)
    }

    private func confirm(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let token = fields.linkToken()
        let password = fields.text(.chosenPassword)
        try fields.check()
        guard let password else { throw Refusal.internalError }
        switch try await recovery.reset(with: token, to: password, in: call.context) {
        case .reset: return .sentence("success", Self.done)
        case .refused(let violations): throw Refusal.password(.chosenPassword, violations)
        case .invalidLink: throw Refusal.invalidLink
        }
    }
}
