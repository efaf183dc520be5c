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

    func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        try await store.open(session, in: context)
    }
    func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        try await store.rotate(rotation, in: context)
    }
    func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        try await store.session(of: token, in: context)
    }
    func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding {
        try await store.end(token: token, in: context)
    }
    func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> Standing? {
        count.withLock { $0 += 1 }
        return try await store.standing(session: session, user: user, in: context)
    }
    func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        try await store.list(of: user, after: last, limit: limit, in: context)
    }
    func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        try await store.end(session, of: user, in: context)
    }
    func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws {
        try await store.endAll(of: user, but: kept, in: context)
    }
    func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening {
        try await store.changePassword(to: encoded, opening: session, in: context)
    }
    func recordUses(_ uses: [SessionUse]) async throws { try await store.recordUses(uses) }
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        if let cleanUp { return cleanUp(limit) }
        return try await store.deleteExpired(at: now, limit: limit)
    }
}
