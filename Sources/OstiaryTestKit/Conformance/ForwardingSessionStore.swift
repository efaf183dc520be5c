// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// A store of sessions that passes every call on: a double says only what it does otherwise.
public protocol ForwardingSessionStore: SessionStore {
    var store: any SessionStore { get }
}

extension ForwardingSessionStore {
    public func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        try await store.open(session, in: context)
    }
    public func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        try await store.session(of: token, in: context)
    }
    public func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        try await store.rotate(rotation, in: context)
    }
    public func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding {
        try await store.end(token: token, in: context)
    }
    public func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        try await store.list(of: user, after: last, limit: limit, in: context)
    }
    public func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        try await store.end(session, of: user, in: context)
    }
    public func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws {
        try await store.endAll(of: user, but: kept, in: context)
    }
    public func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> Standing? {
        try await store.standing(session: session, user: user, in: context)
    }
    public func recordUses(_ uses: [SessionUse]) async throws { try await store.recordUses(uses) }
    public func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await store.deleteExpired(at: now, limit: limit)
    }
}
