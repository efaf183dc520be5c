// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// All clients in memory, so that a request costs no query, not even one with an id that nobody has.
///
/// As ``IdentityCache`` it is used only under a lease, which proves that the change feed works; without it each request
/// asks the store for its client.
package final class ClientMemory: Sendable {
    private struct State {
        /// nil before the first reading, and after each notice.
        var clients: [String: StoredClient]?
        /// The number of notices: clients that were read before one may be outdated.
        var notices: UInt64 = 0
        /// The last known uses.
        var lastUses: [String: Timestamp] = [:]
        /// Uses to be written.
        var uses: [String: Timestamp] = [:]
    }

    private let state = Mutex(State())
    private let store: any ClientStore
    private let holdsLease: @Sendable () -> Bool

    /// - Parameters:
    ///   - store: the store of the clients.
    ///   - holdsLease: returns true if the change feed was proven to work less than a second ago.
    package init(store: any ClientStore, holdsLease: @escaping @Sendable () -> Bool) {
        self.store = store
        self.holdsLease = holdsLease
    }

    /// - Returns: the client with an id; nil if there is none.
    /// - Throws: ``StoreUnavailable`` where the store is needed and cannot be reached.
    func client(_ id: String, in context: RequestContext) async throws -> StoredClient? {
        guard holdsLease() else { return try await store.client(id, in: context) }
        let (known, ticket) = state.withLock { ($0.clients, $0.notices) }
        if let known { return known[id] }
        let read = Dictionary(try await store.clients(in: context).map { ($0.client.id, $0) }) { first, _ in first }
        state.withLock { state in
            if state.notices == ticket { state.clients = read }
        }
        return read[id]
    }

    /// - Returns: the client with an id, if memory has it and may be used.
    func remembered(_ id: String) -> StoredClient? {
        holdsLease() ? state.withLock { $0.clients?[id] } : nil
    }

    /// Notes a use, which is to be written if the last known one is older than ``Client/useInterval``.
    func use(_ client: Client, at now: Timestamp) {
        state.withLock { state in
            let last = [state.lastUses[client.id], client.lastUsedAt].compactMap(\.self).max()
            guard last.map({ now >= $0.adding(seconds: Client.useInterval) }) ?? true else { return }
            // Clients that were removed leave their uses behind; each is written at most once more.
            if state.lastUses.count >= 2 * Client.maximumCount { state.lastUses = [:] }
            state.lastUses[client.id] = now
            state.uses[client.id] = now
        }
    }

    /// Writes the uses. Those that cannot be written are dropped: the next use is noted again.
    /// - Throws: ``StoreUnavailable``.
    package func writeUses(in context: RequestContext) async throws {
        let uses = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        if !uses.isEmpty { try await store.note(uses: uses, in: context) }
    }

    /// Forgets the clients if a change feed reports a change of them.
    package func receive(_ notice: ChangeNotice) {
        guard notice.concerns({ $0 == .clients }) else { return }
        state.withLock { state in
            state.notices &+= 1
            state.clients = nil
        }
    }
}
