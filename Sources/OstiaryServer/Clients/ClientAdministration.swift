// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Clients for commands.
package struct ClientAdministration: Sendable {
    private let store: any ClientStore

    init(_ storage: Storage) { store = storage.clients }

    /// All clients, the one that was added last first.
    /// - Throws: ``StoreUnavailable``.
    package func list(in context: RequestContext) async throws -> [StoredClient] {
        try await store.clients(in: context)
    }

    /// The client with an id, or with a name.
    /// - Throws: ``StoreUnavailable``.
    package func client(_ text: String, in context: RequestContext) async throws -> StoredClient? {
        let all = try await list(in: context)
        return all.first { $0.client.id.hasSameBytes(as: text) } ?? all.first { $0.client.name.hasSameBytes(as: text) }
    }

    /// Adds a client.
    /// - Returns: the client and its secret, which nobody can read again; they are in force only if the outcome
    ///   says so.
    /// - Throws: ``StoreUnavailable``.
    package func add(
        _ name: String, may rights: Set<ClientRight>, in context: RequestContext
    ) async throws -> (outcome: ClientAddition, client: Client, secret: ClientSecret) {
        let secret = ClientSecret()
        let client = Client(id: Client.newID(), name: name, may: rights, createdAt: context.now)
        let outcome = try await store.add(StoredClient(client, secret: secret.digest), in: context)
        return (outcome, client, secret)
    }

    /// Gives a client a new secret.
    /// - Parameter isImmediate: true to refuse the one before from now on.
    /// - Returns: the secret; nil if no client has the id.
    /// - Throws: ``StoreUnavailable``.
    package func rotate(_ id: String, isImmediate: Bool, in context: RequestContext) async throws -> ClientSecret? {
        let secret = ClientSecret()
        return try await store.rotate(id, to: secret.digest, isImmediate: isImmediate, in: context) ? secret : nil
    }

    /// Disables a client, or enables it again.
    /// - Returns: nil if no client has the id; false if it is in that state already.
    /// - Throws: ``StoreUnavailable``.
    package func set(_ id: String, isEnabled: Bool, in context: RequestContext) async throws -> Bool? {
        try await store.set(id, isEnabled: isEnabled, in: context)
    }

    /// Removes a client.
    /// - Returns: false if no client has the id.
    /// - Throws: ``StoreUnavailable``.
    package func remove(_ id: String, in context: RequestContext) async throws -> Bool {
        try await store.remove(id, in: context)
    }
}

extension Installation {
    /// Clients for commands.
    package var clients: ClientAdministration { ClientAdministration(storage) }
}
