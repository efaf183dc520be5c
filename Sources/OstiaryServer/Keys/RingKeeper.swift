// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// Puts the key ring together: the shared secret of HS256, and the keys of the database.
final class RingKeeper: Sendable {
    let keys: TokenKeys
    let store: any KeyStore
    private let root: RootSecret
    private let shared: Mutex<SigningKey>
    /// The private keys that were opened, so that they go on while an operator seals them under the next root secret.
    private let opened = Mutex<[String: PrivateKey]>([:])
    private let now: WallClock

    /// - Parameter shared: the shared secret, which signs until the database has told its keys.
    init(shared: SigningKey, root: RootSecret, store: any KeyStore, now: @escaping WallClock) {
        self.keys = TokenKeys(KeyRing(signing: shared))
        self.shared = Mutex(shared)
        self.root = root
        self.store = store
        self.now = now
    }

    /// Identifies the shared secret, by which servers on one database find that they have the same.
    var sharedFingerprint: String { shared.withLock { $0.fingerprint } }

    /// Takes another shared secret, which is in force from the next ``load()`` on.
    func share(_ key: SigningKey) { shared.withLock { $0 = key } }

    /// Reads the keys of the database, and replaces the ring. Keys that are gone leave it even if others cannot be opened.
    /// - Returns: false if nothing changed, and the keys that cannot be opened.
    /// - Throws: ``StartError`` if no key is left that may sign; ``StoreUnavailable``.
    func load() async throws -> (isChanged: Bool, closed: [String]) {
        let context = RequestContext(actor: .system, now: now())
        let stored = try await store.keys(in: context)
        let isRetired = try await store.sharedKeyRetiredAt(in: context) != nil
        var closed: [String] = []
        let known = opened.withLock { $0 }
        var current: [String: PrivateKey] = [:]
        func open(_ key: StoredKey) -> PrivateKey? {
            let opened = key.sealed?.open(as: key.jwk, under: root) ?? known[key.id]
            if opened == nil { closed.append(key.id) }
            current[key.id] = opened
            return opened
        }
        let signers = stored.signing.compactMap(open)
        // Programs follow the feed before the first public key signs, and have to hear of the end of the last one.
        let others = signers.isEmpty ? stored.filter { $0.verifies && $0.sealed != nil && $0.state != .signing } : []
        let feedSigner = others.sorted { $0.publishedAt > $1.publishedAt }.lazy.compactMap(open).first
        opened.withLock { [current] in $0 = current }
        if isRetired, signers.isEmpty, let first = closed.first { throw StartError.sealedKey(first) }
        let published = stored.filter(\.verifies).compactMap { PublicKey($0.jwk) }
        let shared = shared.withLock { $0 }
        // The store keeps a key that signs once the shared secret is retired; without any there would be no token at all.
        let verifying = isRetired && !signers.isEmpty ? nil : shared
        let isChanged = keys.replace(
            with: KeyRing(shared: verifying, signers: signers, published: published, feedSigner: feedSigner)
                ?? KeyRing(signing: shared))
        return (isChanged, closed)
    }
}

extension StartError {
    /// A private key of the database was sealed under another root secret.
    static func sealedKey(_ id: String) -> StartError {
        StartError(
            description: """
                The signing key \(id) of the database cannot be opened: it was sealed under another root secret.
                Give this server the root secret of the others (--root-secret, or root.key in the data directory). If that \
                secret has changed, give the old one as OSTIARY_ROOT_SECRET_PREVIOUS to: ostiary keys rewrap
                """,
            exitCode: ConfigurationError.exitCode)
    }
}
