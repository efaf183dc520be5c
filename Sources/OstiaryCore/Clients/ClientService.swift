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
    ///   - isAdmitted: true if ``admit(_:in:)`` has taken the request from the budget.
    ///   - context: the context of the request; its author does not matter yet.
    /// - Returns: nil if the client is unknown or disabled, or the secret is wrong.
    /// - Throws: ``Throttled``; ``StoreUnavailable`` where the store is needed and cannot be reached.
    package func authenticate(
        id: ArraySlice<UInt8>, secret: ArraySlice<UInt8>, isAdmitted: Bool = false, in context: RequestContext
    ) async throws -> Client? {
        var stored: StoredClient?
        if let id = Self.text(id) { stored = try await memory.client(id, in: context) }
        guard let client = Self.client(stored, by: secret) else {
            try await refuse(in: context)
            return nil
        }
        memory.use(client, at: context.now)
        if !isAdmitted { try await admit(client, in: context) }
        return client
    }

    /// Takes a request of an authenticated client from its budget.
    /// - Throws: ``Throttled``.
    package func admit(_ client: Client, in context: RequestContext) async throws {
        try await throttling.admitClient(client.id, in: context)
    }

    /// Charges a request without credentials, or with those of nobody, to its network.
    /// - Throws: ``Throttled``.
    package func refuse(in context: RequestContext) async throws {
        try await throttling.admitClientFailure(from: context.origin.address.map(Network.init), in: context)
    }

    /// Authenticates a client by memory alone; nothing is charged.
    /// - Returns: nil if memory does not know the client, or refuses it.
    package func remembered(id: ArraySlice<UInt8>, secret: ArraySlice<UInt8>) -> Client? {
        Self.client(Self.text(id).flatMap(memory.remembered), by: secret)
    }

    /// Takes a request of an authenticated client from its budget, without waiting, and notes the use.
    /// - Returns: false if nothing was taken: the budget is spent, or is not kept by this server.
    package func admitAtOnce(_ client: Client, at now: Timestamp) -> Bool {
        guard throttling.admitClientAtOnce(client.id) else { return false }
        memory.use(client, at: now)
        return true
    }

    /// - Returns: nil for a client that does not exist or is disabled, and for a wrong secret; each costs the same work.
    private static func client(_ stored: StoredClient?, by secret: ArraySlice<UInt8>) -> Client? {
        let presented = ClientSecretDigest(of: secret.prefix(ClientSecret.maximumLength + 1))
        let isRight = (stored ?? .nobody).accepts(presented) && secret.count <= ClientSecret.maximumLength
        guard let client = stored?.client, isRight, client.disabledAt == nil else { return nil }
        return client
    }

    /// The id as text; nil for bytes that no id has.
    private static func text(_ id: ArraySlice<UInt8>) -> String? {
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
