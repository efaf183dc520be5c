// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Finds the session of a refresh token, since the budgets of refreshes belong to sessions.
///
/// A bounded cache keeps the tokens of this process, so that a session which is refreshed too often costs no query.
final class TokenSessions: Sendable {
    private let store: any SessionStore
    private let known: Mutex<BoundedCache<RefreshTokenDigest, SessionID>>

    init(store: any SessionStore, capacity: Int = 20_000) {
        self.store = store
        self.known = Mutex(BoundedCache(capacity: capacity))
    }

    /// - Returns: nil for an unknown token.
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
