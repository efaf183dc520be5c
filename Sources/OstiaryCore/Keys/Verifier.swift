// SPDX-License-Identifier: Apache-2.0

/// A program that verifies tokens by the public keys, as far as this server knows it.
package struct Verifier: Sendable, Hashable {
    /// The way in which a verifier gets keys.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It fetches the JWKS.
        case fetches
        /// It polls the feed of revocations, and tells the keys that it has.
        case polls
        /// It has a file with keys. An operator tells which.
        case pinned
    }

    /// The name: that of a client, that of an operator, or a digest of network and user agent.
    package var name: String
    /// The way in which it gets keys.
    package var kind: Kind
    /// The `kid`s that it had when it was last seen.
    package var keys: Set<String>
    /// The last time at which it was seen, or an operator has confirmed it.
    package var seenAt: Timestamp

    /// - Parameters:
    ///   - name: the name.
    ///   - kind: the way in which it gets keys.
    ///   - keys: the `kid`s that it has.
    ///   - seenAt: the last time at which it was seen.
    package init(name: String, kind: Kind, keys: Set<String>, seenAt: Timestamp) {
        self.name = name
        self.kind = kind
        self.keys = keys
        self.seenAt = seenAt
    }
}
