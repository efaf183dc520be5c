// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Keys and verifiers for commands.
package struct KeyAdministration: Sendable {
    /// The keys and the verifiers.
    package let store: any KeyStore
    private let installation: Installation

    init(_ installation: Installation) {
        self.store = installation.storage.keyRing
        self.installation = installation
    }

    /// Publishes a new key.
    /// - Parameter isImmediate: true to sign with it at once, whoever lacks it.
    /// - Returns: the key; nil if one of the algorithm waits to sign already.
    /// - Throws: ``StartError`` without the root secret of the servers; ``StoreUnavailable``.
    package func rotate(
        _ algorithm: KeyAlgorithm, isImmediate: Bool, in context: RequestContext
    ) async throws -> StoredKey? {
        let root = try await sharedRoot(in: context)
        for key in try await store.keys(in: context) {
            if let sealed = key.sealed, sealed.open(as: key.jwk, under: root) == nil {
                throw StartError.sealedKey(key.id)
            }
        }
        let new = StoredKey(publishing: algorithm, under: root, at: context.now)
        guard try await store.publish(new, unlessAfter: nil, in: context) else { return nil }
        if isImmediate { _ = try await sign(with: new.id, in: context) }
        return new
    }

    /// Lets a published key sign at once.
    /// - Returns: false if there is no such key.
    package func sign(with id: String, in context: RequestContext) async throws -> Bool {
        try await store.sign(
            with: id, KeyRule.Circumstances(installation.settings.snapshot, now: context.now), in: context)
    }

    /// Revokes a key.
    /// - Parameter replaces: true to let a new key of the algorithm sign in its place.
    /// - Returns: the replacement, if one was made; false if no key has the id.
    package func revoke(
        _ id: String, reason: String?, replaces: Bool, in context: RequestContext
    ) async throws -> (isDone: Bool, replacement: StoredKey?) {
        guard let key = try await key(id, in: context) else { return (false, nil) }
        var replacement: StoredKey?
        if replaces, key.state == .signing {
            var new = StoredKey(
                publishing: key.jwk.algorithm, under: try await sharedRoot(in: context), at: context.now)
            (new.state, new.signingAt) = (.signing, context.now)
            new.longestLifetime = installation.settings.snapshot[.accessTokenLifetime]
            replacement = new
        }
        let isDone = try await store.revoke(id, reason: reason, replacement: replacement, in: context)
        return (isDone, isDone ? replacement : nil)
    }

    /// The key with an id, or with the only id that begins with a text.
    package func key(_ id: String, in context: RequestContext) async throws -> StoredKey? {
        let found = try await store.keys(in: context).filter { !id.isEmpty && $0.id.hasBytePrefix(id) }
        return found.count == 1 ? found[0] : nil
    }

    /// Seals all private keys under the root secret of this configuration.
    /// - Returns: the number of keys that were sealed under the secret of before.
    /// - Throws: ``StartError`` if a key can be opened by neither; ``StoreUnavailable``.
    package func rewrap(in context: RequestContext) async throws -> Int {
        let root = try root()
        guard let previous = installation.configuration.rootSecretPrevious.flatMap({ RootSecret($0.reveal.utf8) })
        else {
            throw StartError(
                description: """
                    Give the secret under which the keys are sealed now as OSTIARY_ROOT_SECRET_PREVIOUS, or its file as \
                    OSTIARY_ROOT_SECRET_PREVIOUS_FILE.
                    """, exitCode: 64)
        }
        while true {
            var changes: [String: (from: SealedKey, to: SealedKey)] = [:]
            for key in try await store.keys(in: context) {
                guard let sealed = key.sealed, sealed.open(as: key.jwk, under: root) == nil else { continue }
                guard let opened = sealed.open(as: key.jwk, under: previous) else { throw StartError.sealedKey(key.id) }
                changes[key.id] = (sealed, SealedKey(opened, under: root))
            }
            if changes.isEmpty { return 0 }
            if try await store.reseal(changes, in: context) { return changes.count }
        }
    }

    /// The root secret of this configuration, unless the servers are known to have another one: they could not open a key
    /// that is sealed under it. After the loss of a root secret none is known.
    private func sharedRoot(in context: RequestContext) async throws -> RootSecret {
        let (fingerprints, configuration) = (installation.storage.keys, installation.configuration)
        guard let (root, isOfItsOwn) = try Secrets.existingRoot(configuration) else { throw StartError.noRoot }
        if let recorded = try await fingerprints.fingerprint(of: .root) {
            guard recorded == root.fingerprint else { throw StartError.otherRoot }
            return root
        }
        // Servers that have recorded their signing key alone have no root secret of their own.
        guard let recorded = try await fingerprints.fingerprint(of: .signingKey) else { return root }
        guard isOfItsOwn else {
            let given = try Secrets.signingKey(configuration)?.fingerprint
            guard recorded == given else { throw StartError.otherKey(recorded: recorded, given: given ?? "") }
            return root
        }
        let sealed = try await store.keys(in: context).filter { $0.sealed != nil }
        let derived = try Secrets.derivedRoot(configuration)
        let isDerived = sealed.contains { key in
            derived.flatMap { key.sealed?.open(as: key.jwk, under: $0) } != nil
        }
        guard !isDerived, !sealed.isEmpty else { throw StartError.unrecordedRoot }
        return root
    }

    private func root() throws -> RootSecret {
        guard let found = try Secrets.existingRoot(installation.configuration) else { throw StartError.noRoot }
        return found.root
    }
}

extension Installation {
    /// Keys and verifiers for commands.
    package var keys: KeyAdministration { KeyAdministration(self) }
}

extension StartError {
    static let noRoot = StartError(
        description: """
            There is no root secret, under which private keys are sealed. Start a server once, or give the secret as \
            OSTIARY_ROOT_SECRET.
            """, exitCode: ConfigurationError.exitCode)

    static let unrecordedRoot = StartError(
        description: """
            The servers on this database have recorded no root secret: their signing key takes its part.
            Run the command without --root-secret and OSTIARY_ROOT_SECRET, or start a server with the new secret first.
            """, exitCode: ConfigurationError.exitCode)
}
