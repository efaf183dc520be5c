// SPDX-License-Identifier: Apache-2.0

/// Proves who a client is, by its id and its secret (RFC 6749 §2.3.1).
package struct ClientService: Sendable {
    private let memory: ClientMemory
    private let throttling: Throttling

    package init(memory: ClientMemory, throttling: Throttling) {
        self.memory = memory
        self.throttling = throttling
    }

    /// Authenticates a client, and takes the request from its budget.
    ///
    /// An unknown id, a wrong secret and a disabled client cost the same work. Failures are charged to the network of the
    /// request; a right secret is never refused because of them.
    /// - Parameters:
    ///   - id: the bytes of the id, as the client has sent them.
    ///   - secret: the bytes of the secret.
    ///   - context: the context of the request; its author does not matter yet.
    /// - Returns: nil if the client is unknown or disabled, or the secret is wrong.
    /// - Throws: ``Throttled``; ``StoreUnavailable`` where the store is needed and cannot be reached.
    package func authenticate(
        id: some Collection<UInt8>, secret: some Collection<UInt8>, in context: RequestContext
    ) async throws -> Client? {
        let presented = ClientSecretDigest(of: secret.prefix(ClientSecret.maximumLength + 1))
        var stored: StoredClient?
        if let id = Self.text(id) { stored = try await memory.client(id, in: context) }
        let isRight = (stored ?? .nobody).accepts(presented) && secret.count <= ClientSecret.maximumLength
        guard let client = stored?.client, isRight, client.disabledAt == nil else {
            try await refuse(in: context)
            return nil
        }
        memory.use(client, at: context.now)
        try await throttling.admitClient(client.id, in: context)
        return client
    }

    /// Charges a request without credentials, or with those of nobody, to its network.
    /// - Throws: ``Throttled``.
    package func refuse(in context: RequestContext) async throws {
        try await throttling.admitClientFailure(from: context.origin.address.map(Network.init), in: context)
    }

    /// The id as text; nil for bytes that no id has.
    private static func text(_ id: some Collection<UInt8>) -> String? {
        guard (1...Client.maximumIDLength).contains(id.count),
            id.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
        else { return nil }
        return String(decoding: id, as: UTF8.self)
    }
}

extension StoredClient {
    /// A client that does not exist, with a secret that nobody has.
    fileprivate static let nobody = StoredClient(
        Client(id: "", name: "", may: [], createdAt: Timestamp(seconds: 0)), secret: ClientSecret().digest)
}
