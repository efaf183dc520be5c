// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The key that signs and the keys that verify: an immutable value.
public struct KeyRing: Sendable {
    public let signing: any TokenSigner
    private let verifying: [String?: any TokenSigner]
    private let fingerprints: [String]

    /// - Parameters:
    ///   - signing: signs new tokens and verifies them.
    ///   - previous: verify only, each until the last token signed with it has expired.
    public init(signing: any TokenSigner, previous: [any TokenSigner] = []) {
        self.signing = signing
        let all = [signing] + previous
        self.verifying = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.fingerprints = all.map(\.fingerprint)
    }

    /// True where one of the keys has this fingerprint.
    func contains(_ fingerprint: String) -> Bool { fingerprints.contains { $0.hasSameBytes(as: fingerprint) } }

    /// True where the keys are the same, and the same one signs.
    func isSame(as other: KeyRing) -> Bool {
        signing.fingerprint == other.signing.fingerprint && Set(fingerprints) == Set(other.fingerprints)
    }

    /// The `kid` only picks among our own keys; it never says where to find one (RFC 8725 §3.10). A ring whose key has
    /// no id is asked by tokens with any `kid`, as the service that we succeed does.
    func key(id: String?) -> (any TokenSigner)? {
        verifying[id] ?? verifying[nil]
    }
}

/// The ring that is in force, which can be replaced while servers use it.
public final class TokenKeys: Sendable {
    private let state: Mutex<KeyRing>

    public init(_ ring: KeyRing) { state = Mutex(ring) }

    public var ring: KeyRing { state.withLock { $0 } }

    /// True where the ring has a key with this fingerprint.
    func contains(_ fingerprint: String) -> Bool { state.withLock { $0.contains(fingerprint) } }

    /// Replaces the ring whole. Tokens of a key that is not in the new one are refused from then on.
    /// - Returns: whether its keys are others than before.
    @discardableResult
    public func replace(with ring: KeyRing) -> Bool {
        state.withLock { current in
            guard !ring.isSame(as: current) else { return false }
            current = ring
            return true
        }
    }
}
