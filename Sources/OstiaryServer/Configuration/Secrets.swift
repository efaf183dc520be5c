// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The secrets of a server: the key that signs tokens, and the one that everything else hangs on.
struct Secrets {
    var signing: SigningKey
    var root: RootSecret
    /// Else the signing key is the root secret, and goes with it.
    var hasRootOfItsOwn: Bool

    /// Those of the configuration, or else of the data directory, where they are made if there are none.
    ///
    /// Where no root secret was ever given or made, the signing key is it: so it was before there was one, and so nothing
    /// changes for who has such an installation.
    /// - Throws: ``StartError``.
    static func configured(_ configuration: ServerConfiguration) throws(StartError) -> Secrets {
        guard case .sqlite = configuration.database else {
            guard let key = configuration.secretKey else { throw .missingKey }
            return Secrets(
                signing: try signingKey(key), root: try rootSecret(configuration.rootSecret ?? key),
                hasRootOfItsOwn: configuration.rootSecret != nil)
        }
        let directory = configuration.dataDirectory
        var root = configuration.rootSecret
        if root == nil {
            // Before the signing key is made: one that is there by now is from before.
            root =
                configuration.secretKey == nil
                ? try SecretFile.root.load(
                    in: directory, initially: try SecretFile.signingKey.existing(in: directory))
                : try SecretFile.root.existing(in: directory)
        }
        let key: SecretText =
            if let given = configuration.secretKey { given } else { try SecretFile.signingKey.load(in: directory) }
        return Secrets(signing: try signingKey(key), root: try rootSecret(root ?? key), hasRootOfItsOwn: root != nil)
    }

    /// The key that signs, anew from where it was configured.
    /// - Throws: ``StartError``.
    static func signingKey(_ configuration: ServerConfiguration) throws(StartError) -> SigningKey? {
        if let given = configuration.secretKey { return try signingKey(given) }
        guard case .sqlite = configuration.database,
            let text = try SecretFile.signingKey.existing(in: configuration.dataDirectory)
        else { return nil }
        return try signingKey(text)
    }

    /// The root secret, where there is one; none is made.
    /// - Throws: ``StartError``.
    static func existingRoot(_ configuration: ServerConfiguration) throws(StartError) -> RootSecret? {
        if let given = configuration.rootSecret { return try rootSecret(given) }
        if case .sqlite = configuration.database,
            let text = try SecretFile.root.existing(in: configuration.dataDirectory)
        {
            return try rootSecret(text)
        }
        if let key = configuration.secretKey { return try rootSecret(key) }
        guard case .sqlite = configuration.database,
            let text = try SecretFile.signingKey.existing(in: configuration.dataDirectory)
        else { return nil }
        return try rootSecret(text)
    }

    private static func signingKey(_ text: SecretText) throws(StartError) -> SigningKey {
        guard let key = SigningKey(secret: text.reveal.utf8) else {
            throw .keyFile("the configuration", reason: "it is shorter than \(SigningKey.minimumBytes) bytes")
        }
        return key
    }

    private static func rootSecret(_ text: SecretText) throws(StartError) -> RootSecret {
        guard let root = RootSecret(text.reveal.utf8) else {
            throw .keyFile("the configuration", reason: "it is shorter than \(RootSecret.minimumBytes) bytes")
        }
        return root
    }
}
