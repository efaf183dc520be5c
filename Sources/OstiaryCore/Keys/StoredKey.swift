// SPDX-License-Identifier: Apache-2.0

/// The state of a key of the ring.
package enum KeyState: String, Sendable, Hashable, CaseIterable {
    /// In the JWKS; it signs nothing yet.
    case published
    /// It signs. At most one key of each algorithm does.
    case signing
    /// It signs no more, and verifies the tokens that it has signed.
    case retired
    /// Its last token has expired; its private key is gone.
    case removed
    /// An operator has taken it back: its tokens are refused.
    case revoked
}

/// A key as the database has it.
package struct StoredKey: Sendable, Hashable {
    /// The public key.
    package var jwk: JSONWebKey
    /// The state of the key.
    package var state: KeyState
    /// The private key; nil once the key is removed or revoked.
    package var sealed: SealedKey?
    /// The time at which the key was first in the JWKS.
    package var publishedAt: Timestamp
    /// The time from which the key signs; nil before.
    package var signingAt: Timestamp?
    /// The time from which it signs no more; nil before.
    package var retiredAt: Timestamp?
    /// The time after which no token of the key lives; nil until it is retired.
    package var removeAfter: Timestamp?
    /// The longest lifetime of access tokens that was seen while the key signed, in seconds.
    package var longestLifetime: Int
    /// The operator's reason for a revocation; nil for none.
    package var reason: String?

    package init(
        jwk: JSONWebKey, state: KeyState, sealed: SealedKey?, publishedAt: Timestamp, signingAt: Timestamp? = nil,
        retiredAt: Timestamp? = nil, removeAfter: Timestamp? = nil, longestLifetime: Int = 0, reason: String? = nil
    ) {
        self.jwk = jwk
        self.state = state
        self.sealed = sealed
        self.publishedAt = publishedAt
        self.signingAt = signingAt
        self.retiredAt = retiredAt
        self.removeAfter = removeAfter
        self.longestLifetime = longestLifetime
        self.reason = reason
    }

    /// `kid`: the thumbprint of the public key (RFC 7638).
    package var id: String { jwk.thumbprint }

    /// The time from which a key that signs does so.
    package var signsSince: Timestamp { signingAt ?? publishedAt }

    /// True if the key verifies tokens, so that the JWKS has it.
    package var verifies: Bool { state == .published || state == .signing || state == .retired }
}

extension [StoredKey] {
    /// The keys that sign, the one that began last first.
    package var signing: [StoredKey] {
        filter { $0.state == .signing }.sorted { $0.signsSince > $1.signsSince }
    }
}
