// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// A store of sessions that forwards every call, as the base of test doubles.
package protocol ForwardingSessionStore: SessionStore {
    var store: any SessionStore { get }
}

extension ForwardingSessionStore {
    package func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        try await store.open(session, in: context)
    }
    package func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        try await store.session(of: token, in: context)
    }
    package func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        try await store.rotate(rotation, in: context)
    }
    package func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding {
        try await store.end(token: token, in: context)
    }
    package func status(of token: RefreshTokenDigest, in context: RequestContext) async throws -> RefreshTokenStatus? {
        try await store.status(of: token, in: context)
    }
    package func end(legacyToken: RefreshToken, in context: RequestContext) async throws -> Bool {
        try await store.end(legacyToken: legacyToken, in: context)
    }
    package func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        try await store.list(of: user, after: last, limit: limit, in: context)
    }
    package func sessions(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession> {
        try await store.sessions(query, in: context)
    }
    package func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        try await store.end(session, of: user, in: context)
    }
    package func end(_ sessions: [SessionID], in context: RequestContext) async throws -> ActionCounts {
        try await store.end(sessions, in: context)
    }
    package func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int {
        try await store.endAll(of: user, but: kept, in: context)
    }
    package func countLive(
        startedBy moment: Timestamp, limit: Int, in context: RequestContext
    ) async throws -> BoundedCount {
        try await store.countLive(startedBy: moment, limit: limit, in: context)
    }
    package func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus?
    {
        try await store.standing(session: session, user: user, in: context)
    }
    package func recordActivity(_ uses: [SessionActivity]) async throws { try await store.recordActivity(uses) }
    package func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await store.deleteExpired(at: now, limit: limit)
    }
}
