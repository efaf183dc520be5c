// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/login/`
package struct LoginController: Sendable {
    private let login: LoginService

    package init(login: LoginService) { self.login = login }

    private static let email = Field.email(help: "The address of your account, in upper or lower case.")
    private static let password = Field(
        "password", .password, example: "securepassword", help: "Spaces count, also at the beginning and the end."
    )

    package static let operation = APIOperation(
        .post, "/api/login/", name: "Login", security: .public,
        about: .init(
            "Log in",
            """
            Starts a session and returns its first access token and refresh token.

            Every refused login gets the same 401, whether the address is unknown, the password is wrong, a field is \
            missing or the account is inactive. Generate an `Idempotency-Key` for the first refresh as soon as you \
            receive the tokens, and store it with them.
            """,
            tag: .sessions, fields: [Self.email, Self.password],
            successes: [.tokens("The first tokens of the session.")],
            errors: [.invalidCredentials],
            throttles: [
                Setting.throttleLoginNetwork.name, Setting.throttleLoginKnown.name,
                Setting.throttleLoginAccount.name,
            ]
        )
    )

    /// The operation of the login endpoint.
    package static let operations = [operation]

    package var endpoints: [Endpoint] {
        [
            .public(Self.operation, handler: login)
        ]
    }

    private func login(_ call: Call) async throws -> Answer {
        // A missing or malformed field reveals nothing about any account, so it is refused without a password hash.
        guard var fields = try? FieldReader(call.payload) else { throw Refusal.invalidCredentials }
        let email = fields.text(Self.email).flatMap(login.address)
        let password = fields.text(Self.password)
        guard (try? fields.check()) != nil, let email, let password,
            let pair = try await login.login(email: email, password: password, in: call.context)
        else { throw Refusal.invalidCredentials }
        return .tokens(pair)
    }
}
