// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// Counts how often a session store is asked for a standing; cleans up as it is told.
final class CountingSessionStore: SessionStore {
    private let store: any SessionStore
    private let count = Mutex(0)

    private let cleanUp: (@Sendable (Int) -> Int)?

    init(_ store: any SessionStore, cleanUp: (@Sendable (Int) -> Int)? = nil) {
        self.store = store
        self.cleanUp = cleanUp
    }

    var standings: Int { count.withLock { $0 } }

    func open(_ session: NewSession) async throws -> SessionOpening { try await store.open(session) }
    func rotate(_ rotation: Rotation) async throws -> RotationOutcome { try await store.rotate(rotation) }
    func session(of token: RefreshTokenDigest) async throws -> SessionID? { try await store.session(of: token) }
    func end(token: RefreshTokenDigest, at now: Timestamp) async throws -> SessionEnding {
        try await store.end(token: token, at: now)
    }
    func standing(session: SessionID?, user: User.ID) async throws -> Standing? {
        count.withLock { $0 += 1 }
        return try await store.standing(session: session, user: user)
    }
    func list(of user: User.ID, after last: SessionID?, at now: Timestamp, limit: Int) async throws -> [SessionRecord] {
        try await store.list(of: user, after: last, at: now, limit: limit)
    }
    func end(_ session: SessionID, of user: User.ID, at now: Timestamp) async throws -> Bool {
        try await store.end(session, of: user, at: now)
    }
    func endAll(of user: User.ID, but kept: SessionID?, at now: Timestamp) async throws {
        try await store.endAll(of: user, but: kept, at: now)
    }
    func changePassword(to encoded: String, opening session: NewSession) async throws -> SessionOpening {
        try await store.changePassword(to: encoded, opening: session)
    }
    func recordUses(_ uses: [SessionUse]) async throws { try await store.recordUses(uses) }
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        if let cleanUp { return cleanUp(limit) }
        return try await store.deleteExpired(at: now, limit: limit)
    }
}
