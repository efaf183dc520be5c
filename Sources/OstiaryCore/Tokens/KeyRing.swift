// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An immutable set of keys: one that signs, and all that verify.
public struct KeyRing: Sendable {
    /// The key that signs new tokens where no algorithm is asked for: the one that began last.
    public let signing: any TokenSigner
    private let signers: [any TokenSigner]
    private let feedSigner: (any TokenSigner)?
    /// The public keys, the one that signs first among them.
    package let published: [PublicKey]
    private let verifying: [String?: any VerifyingKey]
    private let fingerprints: [String]

    /// - Parameters:
    ///   - signing: the key that signs new tokens and verifies them.
    ///   - previous: keys that only verify, each until the last token that it signed has expired.
    public init(signing: any TokenSigner, previous: [any VerifyingKey] = []) {
        self.init(signing, [signing], [signing] + previous, published: [], feedSigner: nil)
    }

    /// - Parameters:
    ///   - shared: the key of HS256; nil once it is retired.
    ///   - signers: the private keys that sign, the one that began last first.
    ///   - published: all public keys that verify, those of the signers too.
    ///   - feedSigner: the key, of one of them, that signs the feed of revocations while only the shared key signs tokens.
    /// - Returns: nil if no key signs.
    package init?(
        shared: SigningKey?, signers: [PrivateKey], published: [PublicKey], feedSigner: PrivateKey? = nil
    ) {
        let all: [any TokenSigner] = signers + (shared.map { [$0] } ?? [])
        guard let first = all.first else { return nil }
        self.init(first, all, (shared.map { [$0] } ?? []) + published, published: published, feedSigner: feedSigner)
    }

    private init(
        _ signing: any TokenSigner, _ signers: [any TokenSigner], _ all: [any VerifyingKey], published: [PublicKey],
        feedSigner: (any TokenSigner)?
    ) {
        self.signing = signing
        self.feedSigner = feedSigner
        self.signers = signers
        self.published = published
        self.verifying = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.fingerprints = all.map(\.fingerprint)
    }

    /// The key that signs.
    /// - Parameter algorithm: the algorithm that is wanted; another one signs where no key has it.
    package func signer(_ algorithm: TokenAlgorithm) -> any TokenSigner {
        guard let name = algorithm.name else { return signing }
        return signers.first { $0.algorithm.hasSameBytes(as: name) } ?? signing
    }

    /// The key that signs for programs that verify by public keys: that of the algorithm, else the one that began last,
    /// else one that does not sign tokens.
    /// - Returns: nil if there is no public key.
    package func publicSigner(_ algorithm: TokenAlgorithm) -> (any TokenSigner)? {
        let signer = signer(algorithm)
        return signer.id == nil ? signers.first { $0.id != nil } ?? feedSigner : signer
    }

    /// The public keys in the order in which the JWKS has them: the one that signs first, since some verifiers read no
    /// other.
    package func published(_ algorithm: TokenAlgorithm) -> [PublicKey] {
        let first = signer(algorithm).fingerprint
        return published.filter { $0.fingerprint.hasSameBytes(as: first) }
            + published.filter { !$0.fingerprint.hasSameBytes(as: first) }
    }

    /// True if one of the keys has this fingerprint.
    func contains(_ fingerprint: String) -> Bool { fingerprints.contains { $0.hasSameBytes(as: fingerprint) } }

    /// True if both rings have equal keys and sign with the same one.
    func isSame(as other: KeyRing) -> Bool {
        signers.map(\.fingerprint) == other.signers.map(\.fingerprint)
            && Set(fingerprints) == Set(other.fingerprints) && feedSigner?.fingerprint == other.feedSigner?.fingerprint
    }

    /// Finds the key of a token by its `kid`, among the keys of the ring only (RFC 8725 §3.10).
    ///
    /// Fallback: a key without id verifies tokens with any or no `kid`, for compatibility with the Django service.
    func key(id: String?) -> (any VerifyingKey)? {
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
