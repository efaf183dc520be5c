// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/login/email/` and `POST /api/login/email/confirm/`
package struct EmailLoginController: Sendable {
    private let login: EmailLoginService

    package init(login: EmailLoginService) { self.login = login }

    private static let email = Field.email(help: "The address of your account, in upper or lower case.")
    private static let token = Field(
        "token", .token, maximumLength: 128, isRequired: false, example: "q8yP0vJt3mZ5sYw2n7Xk1A",
        help: "The token at the end of the link.")
    private static let loginToken = Field(
        "login_token", .token, maximumLength: 128, isRequired: false, example: "Zb1kq0c9T4eYv7uJm2sXwA",
        help: "Instead of `token`, with `code`: the answer to your request.")
    private static let code = Field(
        "code", .token, maximumLength: 128, isRequired: false, example: "042817", help: "The six digits of the message."
    )

    private static let asking = APIOperation(
        .post, "/api/login/email/", name: "Login by mail", operationID: "requestEmailLogin", security: .public,
        about: .init(
            "Ask for a login by mail",
            """
            Sends a link and a code of six digits to the address, if it has an active account; the answer is the same for \
            every address. The code works only together with `login_token`, which nobody but you has. 404 unless the \
            operator has switched `EMAIL_LOGIN` on.
            """,
            tag: .mail, fields: [email],
            successes: [
                Success(
                    "The request was taken.",
                    .object(
                        name: "LoginRequested",
                        [
                            Property("detail", example: Answer.mailRequested, help: "A constant text."),
                            Property(
                                "login_token", example: "Zb1kq0c9T4eYv7uJm2sXwA",
                                help: "The secret with which you can use the code."),
                        ]), status: .accepted)
            ],
            errors: [.invalidFields, .notFound, .unavailable],
            throttles: [Setting.throttleMailNetwork.name, Setting.throttleMailTotal.name]))

    private static let confirming = APIOperation(
        .post, "/api/login/email/confirm/", name: "Login by mail confirmation", operationID: "emailLogin",
        security: .public,
        about: .init(
            "Log in by mail",
            """
            Starts a session by the link, or by the code together with `login_token`. A code lives ten minutes and through \
            five tries. If the address was not proven before, all sessions of the account end and its password is void.
            """,
            tag: .mail, fields: [token, loginToken, code],
            successes: [.tokens("The first tokens of the session.")],
            errors: [.invalidCredentials, .notFound], throttles: [Setting.throttleLink.name]))

    /// The operations of the endpoints.
    package static let operations = [asking, confirming]

    package var endpoints: [Endpoint] {
        [.public(Self.asking, handler: ask), .public(Self.confirming, handler: confirm)]
    }

    private func ask(_ call: Call) async throws -> Answer {
        guard login.isOn else { throw Refusal.notFound }
        var fields = try FieldReader(call.payload)
        let email = fields.email(Self.email)
        try fields.check()
        guard let email else { throw Refusal.internalError }
        let token = try await login.request(for: email, in: call.context)
        var answer = Answer { json in
            json.beginObject()
            json.key("detail")
            json.string(Answer.mailRequested)
            json.key("login_token")
            json.string(token.text)
            json.endObject()
        }
        answer.status = .accepted
        return answer
    }

    private func confirm(_ call: Call) async throws -> Answer {
        guard login.isOn else { throw Refusal.notFound }
        guard var fields = try? FieldReader(call.payload) else { throw Refusal.invalidCredentials }
        let token = fields.text(Self.token)
        let loginToken = fields.text(Self.loginToken)
        let code = fields.text(Self.code)
        guard (try? fields.check()) != nil else { throw Refusal.invalidCredentials }
        let pair: TokenPair? =
            if let token {
                try await login.login(with: OneTimeToken(token), in: call.context)
            } else {
                try await login.login(with: loginToken.flatMap { LoginToken($0) }, code: code ?? "", in: call.context)
            }
        guard let pair else { throw Refusal.invalidCredentials }
        return .tokens(pair)
    }
}
