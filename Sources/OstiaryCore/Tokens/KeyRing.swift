// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An immutable set of keys: one that signs, and all that verify.
public struct KeyRing: Sendable {
    /// The key that signs new tokens.
    public let signing: any TokenSigner
    private let verifying: [String?: any TokenSigner]
    private let fingerprints: [String]

    /// - Parameters:
    ///   - signing: the key that signs new tokens and verifies them.
    ///   - previous: keys that only verify, each until the last token that it signed has expired.
    public init(signing: any TokenSigner, previous: [any TokenSigner] = []) {
        self.signing = signing
        let all = [signing] + previous
        self.verifying = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.fingerprints = all.map(\.fingerprint)
    }

    /// True if one of the keys has this fingerprint.
    func contains(_ fingerprint: String) -> Bool { fingerprints.contains { $0.hasSameBytes(as: fingerprint) } }

    /// True if both rings have equal keys and sign with the same one.
    func isSame(as other: KeyRing) -> Bool {
        signing.fingerprint == other.signing.fingerprint && Set(fingerprints) == Set(other.fingerprints)
    }

    /// Finds the key of a token by its `kid`, among the keys of the ring only (RFC 8725 §3.10).
    ///
    /// Fallback: a key without id verifies tokens with any or no `kid`, for compatibility with the Django service.
    func key(id: String?) -> (any TokenSigner)? {
        verifying[id] ?? verifying[nil]
    }
}

/// The key ring in force, which can be replaced while it is in use.
public final class TokenKeys: Sendable {
    private let state: Mutex<KeyRing>

    /// - Parameter ring: the ring in force until it is replaced.
    public init(_ ring: KeyRing) { state = Mutex(ring) }

    /// The fingerprint of the key that signs.
    public var fingerprint: String { state.withLock { $0.signing.fingerprint } }

    /// The ring in force now.
    public var ring: KeyRing { state.withLock { $0 } }

    /// True if the ring has a key with this fingerprint.
    func contains(_ fingerprint: String) -> Bool { state.withLock { $0.contains(fingerprint) } }

    /// Replaces the ring. Tokens of keys that are not in the new one are refused from then on.
    /// - Returns: false if the new ring has the same keys, so that nothing changes.
    @discardableResult
    public func replace(with ring: KeyRing) -> Bool {
        state.withLock { current in
            guard !ring.isSame(as: current) else { return false }
            current = ring
            return true
        }
    }
}
