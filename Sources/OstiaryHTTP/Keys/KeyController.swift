// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// The public keys and the description of the server, for programs that verify its tokens.
package struct KeyController: Sendable {
    private let sets: PublicKeySets
    private let maximumAge: @Sendable () -> Int
    private let publicURL: PublicURL?
    private let onFetch: @Sendable (Set<String>, RequestContext) -> Void

    /// - Parameters:
    ///   - publicURL: the URL under which clients reach the server, which is its issuer; nil if it is not known.
    ///   - maximumAge: returns the seconds for which caches may keep the keys.
    ///   - sets: the keys in force.
    ///   - onFetch: called with the `kid`s of each set that was sent, or confirmed to be current.
    package init(
        publicURL: PublicURL?, maximumAge: @escaping @Sendable () -> Int, sets: PublicKeySets,
        onFetch: @escaping @Sendable (Set<String>, RequestContext) -> Void
    ) {
        self.publicURL = publicURL
        self.maximumAge = maximumAge
        self.sets = sets
        self.onFetch = onFetch
    }

    private static let keys = APIOperation(
        .get, "/.well-known/jwks.json", name: "Public keys", operationID: "getPublicKeys", security: .public,
        about: .init(
            "Get the public keys",
            """
            The keys by which other programs verify access tokens (RFC 7517). The key that signs comes first. The set is empty \
            while tokens are signed with a shared secret.

            Caches may keep it for `JWKS_MAX_AGE` seconds; `If-None-Match` with the `ETag` asks if it has changed.
            """,
            successes: [
                Success(
                    "The keys.",
                    .object(
                        name: "PublicKeys",
                        [
                            Property(
                                "keys", .array(of: .document(help: "A JWK: public members, `use`, `alg` and `kid`.")),
                                help: "The keys.")
                        ]))
            ]),
        parsers: [])

    /// The ways in which a client authenticates (RFC 8414 §2).
    private static let clientMethods = ["client_secret_basic", "client_secret_post"]

    private static let authenticationMethods = Shape.array(of: .value(.string, example: clientMethods[0]))

    private static let metadata = APIOperation(
        .get, "/.well-known/oauth-authorization-server", name: "Server metadata", operationID: "getServerMetadata",
        security: .public,
        about: .init(
            "Get the description of the server",
            """
            The addresses of the server for programs that verify its tokens (RFC 8414). A server that does not know its public URL \
            answers 404.
            """,
            successes: [
                Success(
                    "The description.",
                    .object(
                        name: "ServerMetadata",
                        [
                            Property(
                                "issuer", format: "uri", example: "https://id.example.com", help: "The `iss` of tokens."
                            ),
                            Property(
                                "jwks_uri", format: "uri", example: "https://id.example.com/.well-known/jwks.json",
                                help: "The address of the public keys."),
                            Property(
                                "introspection_endpoint", format: "uri",
                                example: "https://id.example.com/api/introspect/",
                                help: "The address for questions about tokens (RFC 7662)."),
                            Property(
                                "introspection_endpoint_auth_methods_supported", authenticationMethods,
                                help: "The ways in which a client authenticates there."),
                            Property(
                                "revocation_endpoint", format: "uri", example: "https://id.example.com/api/revoke/",
                                help: "The address for revocations (RFC 7009)."),
                            Property(
                                "revocation_endpoint_auth_methods_supported", authenticationMethods,
                                help: "The ways in which a client authenticates there."),
                            Property(
                                "response_types_supported", .array(of: .value(.string, example: "none")),
                                help: "Empty: the server has no authorization endpoint."),
                        ]))
            ], errors: [.notFound]),
        parsers: [])

    /// The operations of these endpoints.
    package static let operations = [keys, metadata]

    package var endpoints: [Endpoint] {
        [
            .publicImmediate(Self.keys, answer: keys),
            .public(Self.metadata, handler: metadata),
        ]
    }

    private func keys(_ call: Call) -> Answer {
        let set = sets.current
        let tag = "\"\(set.tag)\""
        let headers: HTTPFields = [
            .cacheControl: "public, max-age=\(maximumAge())", .eTag: tag, .accessControlAllowOrigin: "*",
        ]
        onFetch(set.ids, call.context)
        var answer = Answer(headers: headers) { _ in }
        if call.has(tag) { answer.status = .notModified } else { answer.json = set.document }
        return answer
    }

    private func metadata(_ call: Call) throws -> Answer {
        guard let issuer = publicURL?.text else { throw Refusal.notFound }
        return Answer(headers: [.accessControlAllowOrigin: "*"]) { json in
            json.beginObject()
            json.key("issuer")
            json.string(issuer)
            json.key("jwks_uri")
            json.string(issuer + Self.keys.path)
            for (name, operation) in [
                ("introspection", IntrospectionController.introspecting),
                ("revocation", IntrospectionController.revoking),
            ] {
                json.key("\(name)_endpoint")
                json.string(issuer + operation.path)
                json.key("\(name)_endpoint_auth_methods_supported")
                json.strings(Self.clientMethods)
            }
            json.key("response_types_supported")
            json.beginArray()
            json.endArray()
            json.endObject()
        }
    }
}
