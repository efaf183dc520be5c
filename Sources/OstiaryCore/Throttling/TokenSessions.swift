// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// To which session a refresh token belongs: refreshes are limited by session, and the token does not tell it.
///
/// What this process has seen is remembered, bounded, so that a session that refreshes too often costs no query.
final class TokenSessions: Sendable {
    private let store: any SessionStore
    private let known: Mutex<BoundedCache<RefreshTokenDigest, SessionID>>

    init(store: any SessionStore, capacity: Int = 20_000) {
        self.store = store
        self.known = Mutex(BoundedCache(capacity: capacity))
    }

    /// - Returns: nil for a token that nobody knows.
    /// - Throws: ``StoreUnavailable``.
    func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        if let session = known.withLock({ $0.value(for: token) }) { return session }
        guard let session = try await store.session(of: token, in: context) else { return nil }
        note(token, of: session)
        return session
    }

    func note(_ token: RefreshTokenDigest, of session: SessionID) {
        known.withLock { $0.insert(session, for: token) }
    }
}
