// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The secrets of a server: the key that signs tokens, and the root secret from which all other keys derive.
struct Secrets {
    var signing: SigningKey
    var root: RootSecret
    /// True if the root secret is separate from the signing key; otherwise both are lost together.
    var hasRootOfItsOwn: Bool

    /// The secrets of the configuration, or of the data directory, where missing ones are made.
    ///
    /// An installation without a root secret uses its signing key instead: releases without root secrets did so, and
    /// budgets and forms of such an installation stay valid.
    /// - Parameter recorded: the secrets that servers on the database use. One that is lost is not made anew: the new
    ///   one would silently refuse all tokens of the old one.
    /// - Throws: ``StartError``.
    static func configured(
        _ configuration: ServerConfiguration, recorded: RecordedSecrets = RecordedSecrets()
    ) throws(StartError) -> Secrets {
        guard case .sqlite = configuration.database else {
            guard let key = configuration.secretKey else { throw .missingKey }
            return Secrets(
                signing: try signingKey(key), root: try rootSecret(configuration.rootSecret ?? key),
                hasRootOfItsOwn: configuration.rootSecret != nil)
        }
        let directory = configuration.dataDirectory
        for (file, given, fingerprint) in [
            (SecretFile.signingKey, configuration.secretKey, recorded.signing),
            (SecretFile.root, configuration.rootSecret ?? configuration.secretKey, recorded.root),
        ] where given == nil {
            guard let fingerprint else { continue }
            guard try file.existing(in: directory) != nil else {
                throw .lostSecret(file, in: directory, fingerprint: fingerprint)
            }
        }
        var root = configuration.rootSecret
        if root == nil {
            // Look before the signing key is made: one that exists by now is from an earlier release.
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

    /// Reads the signing key again from its configured place.
    /// - Throws: ``StartError``.
    static func signingKey(_ configuration: ServerConfiguration) throws(StartError) -> SigningKey? {
        if let given = configuration.secretKey { return try signingKey(given) }
        guard case .sqlite = configuration.database,
            let text = try SecretFile.signingKey.existing(in: configuration.dataDirectory)
        else { return nil }
        return try signingKey(text)
    }

    /// The root secret; nil if there is none. This function makes none.
    /// - Returns: the secret, and false if the signing key takes its part.
    /// - Throws: ``StartError``.
    static func existingRoot(
        _ configuration: ServerConfiguration
    ) throws(StartError) -> (root: RootSecret, isOfItsOwn: Bool)? {
        if let given = configuration.rootSecret { return (try rootSecret(given), true) }
        if case .sqlite = configuration.database,
            let text = try SecretFile.root.existing(in: configuration.dataDirectory)
        {
            return (try rootSecret(text), true)
        }
        return try derivedRoot(configuration).map { ($0, false) }
    }

    /// The root secret of servers that have none of their own: the signing key.
    /// - Throws: ``StartError``.
    static func derivedRoot(_ configuration: ServerConfiguration) throws(StartError) -> RootSecret? {
        if let key = configuration.secretKey { return try rootSecret(key) }
        guard case .sqlite = configuration.database,
            let text = try SecretFile.signingKey.existing(in: configuration.dataDirectory)
        else { return nil }
        return try rootSecret(text)
    }

    /// Reads the secrets without making any; those that are missing would be made by a server.
    /// - Throws: ``StartError`` if a server could not use them.
    static func check(_ configuration: ServerConfiguration) throws(StartError) {
        guard case .sqlite = configuration.database else {
            _ = try configured(configuration)
            return
        }
        _ = try signingKey(configuration)
        _ = try existingRoot(configuration)
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
