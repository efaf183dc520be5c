// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Gives a store the refresh tokens themselves, as a server does that shares them with a Django service. It knows those of
/// the cases by their numbers.
package struct SharingSessionStore: ForwardingSessionStore {
    package let store: any SessionStore

    package init(_ store: any SessionStore) { self.store = store }

    package func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        try await store.open(session.sharing, in: context)
    }

    package func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        var rotation = rotation
        if let presented = KnownTokens[rotation.presented], let successor = KnownTokens[rotation.successor] {
            rotation.legacy = LegacyExchange(
                presented: presented, successor: successor, session: SessionID(bits: .random(in: 0 ... .max)))
        }
        return try await store.rotate(rotation, in: context)
    }
}

/// As ``SharingSessionStore``, for the session that a change of the password opens.
package struct SharingPasswordStore: PasswordStore {
    private let store: any PasswordStore

    package init(_ store: any PasswordStore) { self.store = store }

    package func replacePassword(
        id: User.ID, current: String, with encoded: String, in context: RequestContext
    ) async throws -> Bool {
        try await store.replacePassword(id: id, current: current, with: encoded, in: context)
    }

    package func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening {
        try await store.changePassword(to: encoded, opening: session.sharing, in: context)
    }

    package func resetPassword(
        id: User.ID, to encoded: String, mustChange: Bool, notice: MailNotice?, in context: RequestContext
    ) async throws -> Bool {
        try await store.resetPassword(id: id, to: encoded, mustChange: mustChange, notice: notice, in: context)
    }
}

extension Stores {
    /// The stores of a server that shares its refresh tokens.
    package var sharing: Stores {
        Stores(
            accounts: accounts, sessions: SharingSessionStore(sessions), passwords: SharingPasswordStore(passwords),
            settings: settings, journal: journal, keys: keys, audit: audit, permissions: permissions, setup: setup,
            outbox: outbox, links: links)
    }
}

extension NewSession {
    fileprivate var sharing: NewSession {
        var session = self
        session.sharedToken = KnownTokens[refreshToken]
        return session
    }
}

private enum KnownTokens {
    private static let all = Dictionary(
        uniqueKeysWithValues: (0..<20_000).map { number in
            let token = RefreshToken(bits: UInt128(number))
            return (token.digest, token)
        })

    static subscript(digest: RefreshTokenDigest) -> RefreshToken? { all[digest] }
}
