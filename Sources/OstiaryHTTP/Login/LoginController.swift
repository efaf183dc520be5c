// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/login/`
package struct LoginController: Sendable {
    private let login: LoginService

    package init(login: LoginService) { self.login = login }

    private static let email = Field.email(help: "The address of the account, in any case.")
    private static let password = Field(
        "password", .password, example: "securepassword", help: "Compared byte for byte, white space included."
    )

    package static let operation = APIOperation(
        .post, "/api/login/", name: "Login", security: .public,
        about: .init(
            "Log in",
            """
            Opens a session and returns its first pair of tokens. Whatever the cause – an unknown address, a wrong \
            password, an inactive account, a missing field – the refusal is the same 401. Draw an \
            `Idempotency-Key` for the first refresh when the tokens arrive, and store it with them.
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
        let email = fields.email(Self.email)
        let password = fields.text(Self.password)
        guard (try? fields.check()) != nil, let email, let password,
            let pair = try await login.login(email: email, password: password, in: call.context)
        else { throw Refusal.invalidCredentials }
        return .tokens(pair)
    }
}
