// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestKit
import Synchronization

/// Counts how often a session store is asked for a standing; cleans up as it is told.
final class CountingSessionStore: ForwardingSessionStore {
    let store: any SessionStore
    private let count = Mutex(0)

    private let cleanUp: (@Sendable (Int) -> Int)?

    init(_ store: any SessionStore, cleanUp: (@Sendable (Int) -> Int)? = nil) {
        self.store = store
        self.cleanUp = cleanUp
    }

    var standings: Int { count.withLock { $0 } }

    func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus? {
        count.withLock { $0 += 1 }
        return try await store.standing(session: session, user: user, in: context)
    }
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        if let cleanUp { return cleanUp(limit) }
        return try await store.deleteExpired(at: now, limit: limit)
    }
}
