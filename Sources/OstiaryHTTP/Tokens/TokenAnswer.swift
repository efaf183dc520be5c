// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Answer {
    static func tokens(_ pair: TokenPair) -> Answer {
        Answer { json in
            json.beginObject()
            json.key("access_token")
            json.string(pair.accessToken)
            json.key("refresh_token")
            json.string(pair.refreshToken)
            if pair.isPasswordChangeRequired {
                json.key("password_change_required")
                json.bool(true)
            }
            json.endObject()
        }
    }
}

extension Success {
    static func tokens(_ description: String) -> Success {
        let token = [(name: Field.refreshToken.name, value: "$response.body#/refresh_token")]
        return Success(
            description, .tokens,
            links: [
                Link("refresh", to: "refresh", body: token, help: "The refresh token returns the next pair, once."),
                Link("logout", to: "logout", body: token, help: "The refresh token ends the session."),
            ]
        )
    }
}

extension Shape {
    fileprivate static var tokens: Shape {
        .object(
            name: "Tokens",
            [
                Property(
                    "access_token", example: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl",
                    help: "A JWT (RFC 7519) for `Authorization: Bearer …`; its `exp` is the time at which it expires."
                ),
                Property(
                    "refresh_token", format: "uuid", example: Field.refreshToken.example,
                    help: "Returns the next pair, once. Keep it secret: a copy gives full access to the session."
                ),
                Property(
                    "password_change_required", .boolean, isRequired: false, example: "true",
                    help: """
                        Only after a login with a password that an administrator has set: ask for a new one and send it \
                        to `POST /api/password/`.
                        """
                ),
            ]
        )
    }
}

extension Field {
    static let refreshToken = Field(
        "refresh_token", .token, example: "7aedc66e-173a-5124-5b87-597bb8d47e3b",
        help: "The token as received. Any spelling of a UUID works: any case, without hyphens, in braces, `urn:uuid:`."
    )
}

extension Call {
    /// - Throws: ``Refusal``, the same one for every fault of the token, so that the answer reveals nothing about it.
    func refreshToken() throws -> RefreshToken {
        guard case .fields(let fields) = payload, case .string(let text) = fields[Field.refreshToken.name],
            text.loneSurrogate == nil, let token = RefreshToken(text.text)
        else { throw Refusal.invalidRefreshToken }
        return token
    }
}
