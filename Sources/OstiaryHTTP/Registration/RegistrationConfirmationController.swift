// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/register/confirm/`
package struct RegistrationConfirmationController: Sendable {
    private let registration: ConfirmedRegistrationService

    package init(registration: ConfirmedRegistrationService) { self.registration = registration }

    private static let password = Field(
        "password", .password, example: "securepassword", help: "The password that you chose.")

    private static let operation = APIOperation(
        .post, "/api/register/confirm/", name: "Register confirmation", operationID: "confirmRegistration",
        security: .public,
        about: .init(
            "Complete a registration",
            """
            Creates the account of a registration by the link of its message, and logs in. It asks for the password that \
            was chosen, so a registration of your address by somebody else gives them nothing. A link lives through five \
            tries.
            """,
            tag: .mail, fields: [.linkToken, password],
            successes: [.tokens("The first tokens of the account.")],
            errors: [.invalidFields, .invalidLink, .invalidCredentials], throttles: [Setting.throttleLink.name]))

    /// The operation of the endpoint.
    package static let operations = [operation]

    package var endpoints: [Endpoint] { [.public(Self.operation, handler: confirm)] }

    private func confirm(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let token = fields.linkToken()
        let password = fields.text(Self.password)
        try fields.check()
        guard let password else { throw Refusal.internalError }
        switch try await registration.confirm(with: token, password: password, in: call.context) {
        case .registered(let pair): return .tokens(pair)
        case .invalidLink: throw Refusal.invalidLink
        case .wrongPassword: throw Refusal.invalidCredentials
        case .emailTaken: throw Refusal.emailTaken
        }
    }
}
