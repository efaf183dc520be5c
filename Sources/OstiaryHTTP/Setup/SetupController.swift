// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET` and `POST /api/admin/setup/`
package struct SetupController: Sendable {
    private let setup: SetupService

    package init(setup: SetupService) { self.setup = setup }

    private static let token = Field(
        "token", .token, example: "5f0c7c0f2b1d4e8f9a6b3c2d1e0f9a8b", help: "The secret at the end of the link.")
    private static let email = Field.email(help: "The address to log in with.")
    private static let password = Field(
        "password", .password, minimumLength: Setting.passwordMinimumLength.values.minimum, maximumLength: 128,
        example: "securepassword", help: "The rules are those of a registration.")

    private static let showing = APIOperation(
        .get, "/api/admin/setup/", name: "Setup", operationID: "getSetup", security: .public,
        about: .init(
            "Tell if the server has a superuser", "Tells if somebody can administer the server already.",
            tag: .administration,
            successes: [
                Success(
                    "The state.",
                    .object(
                        name: "SetupState",
                        [
                            Property(
                                "has_superuser", .boolean, example: "true",
                                help: "False while a setup link can create the first superuser.")
                        ]))
            ], errors: [.unavailable]),
        parsers: [])

    private static let redeeming = APIOperation(
        .post, "/api/admin/setup/", name: "Setup", operationID: "setUp", security: .public,
        about: .init(
            "Create the first superuser",
            """
            Creates an account with every permission, by the one-time link that a server without superuser makes at its \
            start. The link is valid for 30 minutes, once, and dies with the first superuser.
            """,
            tag: .administration, fields: [token, email, password],
            successes: [Success("The new account.", .profile, status: .created)],
            errors: [.invalidFields, .permissionDenied], throttles: [Setting.throttleRegister.name]))

    /// The operations of the endpoints.
    package static let operations = [showing, redeeming]

    package var endpoints: [Endpoint] {
        [
            .public(Self.showing) { call in
                let hasSuperuser = try await setup.hasSuperuser(in: call.context)
                return Answer { json in
                    json.beginObject()
                    json.key("has_superuser")
                    json.bool(hasSuperuser)
                    json.endObject()
                }
            },
            .public(Self.redeeming, handler: redeem),
        ]
    }

    private func redeem(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let token = fields.text(Self.token)
        let email = fields.email(Self.email, isNew: true)
        let password = fields.text(Self.password)
        try fields.check()
        guard let token, let email, let password else { throw Refusal.internalError }
        let outcome = try await setup.setUp(
            with: SetupLink(token), email: email, password: password, in: call.context)
        switch outcome {
        case .created(let user):
            var answer = Answer.profile(user)
            answer.status = .created
            return answer
        case .emailTaken: throw Refusal.emailTaken
        case .passwordRefused(let violations): throw Refusal.password(Self.password, violations)
        case .linkRefused:
            throw Refusal.permissionDenied(
                "This link is unknown, used or expired, or the server has a superuser already.")
        }
    }
}
