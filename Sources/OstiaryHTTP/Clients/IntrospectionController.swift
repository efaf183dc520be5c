// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/introspect/` and `POST /api/revoke/`, for programs that authenticate as clients.
package struct IntrospectionController: Sendable {
    private let introspection: IntrospectionService
    private let revocation: TokenRevocationService

    package init(introspection: IntrospectionService, revocation: TokenRevocationService) {
        self.introspection = introspection
        self.revocation = revocation
    }

    static let introspecting = APIOperation(
        .post, "/api/introspect/", name: "Introspect", security: .client(.introspect),
        about: .init(
            "Ask about a token",
            """
            Tells if a token is live, and whose it is (RFC 7662). Of a token that is not live – unknown, expired, spent, of an \
            ended session or of an inactive user – nothing but `"active": false` is told. The question spends no refresh token; \
            for an access token it counts as a use of its session.
            """,
            tag: .clients, fields: [.introspectedToken, .tokenTypeHint] + Field.clientCredentials,
            successes: [Success("The state of the token.", Self.document)],
            errors: [.invalidRequest, .invalidClient, .accessDenied],
            throttles: [Setting.throttleClient.name]),
        parsers: [.json, .form])

    static let revoking = APIOperation(
        .post, "/api/revoke/", name: "Revoke", security: .client(.revoke),
        about: .init(
            "Revoke a token",
            """
            Ends the session of a refresh token or of an access token, as a logout does: all tokens of the session stop working \
            (RFC 7009). The answer is the same for a token that is not live. A client may revoke the tokens of every user.
            """,
            tag: .clients, fields: [.introspectedToken, .tokenTypeHint] + Field.clientCredentials,
            successes: [Success("The token does not work any more, or never did.", .nothing)],
            errors: [.invalidRequest, .unsupportedTokenType, .invalidClient, .accessDenied],
            throttles: [Setting.throttleClient.name]),
        parsers: [.json, .form])

    /// The operations of these endpoints.
    package static let operations = [introspecting, revoking]

    package var endpoints: [Endpoint] {
        [
            .client(Self.introspecting, ahead: .answer(remembered), handler: introspect),
            .client(Self.revoking, handler: revoke),
        ]
    }

    private func introspect(_ call: Call, _ client: Client) async throws -> Answer {
        guard let found = try await introspection.introspect(call.token(), in: call.context) else {
            return Answer(["active": false])
        }
        return Answer { $0.write(found) }
    }

    private func remembered(_ call: Call) -> Answer? {
        guard let token = try? call.token(), let found = introspection.remembered(token) else { return nil }
        return Answer { $0.write(found) }
    }

    private func revoke(_ call: Call, _ client: Client) async throws -> Answer {
        guard try await revocation.revoke(call.token(), in: call.context) else { throw Refusal.unsupportedTokenType }
        return Answer { _ in }
    }

    private static let document = Shape.object(
        name: "Introspection",
        [
            Property("active", .boolean, example: "true", help: "True if the token is live."),
            Property(
                "token_type", isRequired: false, example: "Bearer",
                help: "`Bearer` (RFC 6749 §7.1) for an access token; absent for a refresh token."),
            Property("sub", isRequired: false, example: "1", help: "The id of the user, as text."),
            Property(
                "sid", format: "uuid", isRequired: false, example: "0b6e4e3e-9d1c-4b8e-a3f7-5c2d1e0f9a8b",
                help: "The id of the session."),
            Property(
                "username", format: "email", isRequired: false, example: "ada@example.com",
                help: "The e-mail address of the user."),
            Property("client_id", isRequired: false, example: "ostiary", help: "As the access token has it."),
            Property("iss", isRequired: false, example: "https://id.example.com", help: "The issuer."),
            Property(
                "aud",
                .either(
                    .value(.string, example: "https://id.example.com"),
                    .array(of: .value(.string, example: "https://id.example.com"))),
                isRequired: false, help: "The audience, as the access token has it: a text or a list of texts."),
            Property("iat", .integer, isRequired: false, example: "1790000000", help: "The second of the issue."),
            Property("exp", .integer, isRequired: false, example: "1790000900", help: "The second of the expiry."),
            Property("auth_time", .integer, isRequired: false, example: "1790000000", help: "The second of the login."),
            Property(
                "amr", .array(of: .value(.string, example: "pwd")), isRequired: false,
                help: "The methods of the login (RFC 8176)."),
            Property("acr", isRequired: false, example: "aal1", help: "The level of the login."),
        ])
}

extension JSONWriter {
    fileprivate mutating func write(_ found: Introspection) {
        beginObject()
        key("active")
        bool(true)
        if found.isAccessToken { text("token_type", "Bearer") }
        text("sub", String(found.user.id))
        text("sid", found.session?.description)
        text("username", found.user.email)
        text("client_id", found.clientID)
        text("iss", found.issuer)
        if let audience = found.audience {
            key("aud")
            write(audience)
        }
        seconds("iat", found.issuedAt)
        seconds("exp", found.expiresAt)
        if let authentication = found.authentication {
            seconds("auth_time", authentication.at)
            key("amr")
            strings(authentication.methods.map(\.rawValue))
            text("acr", authentication.level)
        }
        endObject()
    }

    private mutating func text(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    private mutating func seconds(_ name: String, _ moment: Timestamp?) {
        guard let moment else { return }
        key(name)
        integer(moment.seconds)
    }
}

extension APIOperation.Tag {
    /// Requests of programs that serve others by this server's tokens.
    public static let clients = APIOperation.Tag(
        "Clients", help: "Requests of programs that authenticate by a secret of their own.")
}
