// SPDX-License-Identifier: Apache-2.0

extension StartError {
    static func keyFile(_ path: String, reason: String) -> StartError {
        StartError(
            description: """
                The signing key in \(path) cannot be used: \(reason).
                Restore the file, or give a key with --secret-key or OSTIARY_SECRET_KEY_FILE.
                """,
            exitCode: ConfigurationError.exitCode
        )
    }

    static let missingKey = StartError(
        description: """
            On PostgreSQL every server must be given the same signing key: --secret-key, OSTIARY_SECRET_KEY or
            OSTIARY_SECRET_KEY_FILE. Make one with: openssl rand -base64 48
            """,
        exitCode: ConfigurationError.exitCode
    )

    /// - Parameters:
    ///   - recorded: the fingerprint of the key that the database records.
    ///   - given: the fingerprint of this server's key.
    static func otherKey(recorded: String, given: String) -> StartError {
        StartError(
            description: """
                The servers on this database use another signing key: each would refuse the other's tokens.
                The fingerprint of their key is \(recorded), of this server's key \(given).
                Give this server their key. To replace the key, stop all servers and run: ostiary forgetkey
                """,
            exitCode: ConfigurationError.exitCode
        )
    }

    static let otherRoot = StartError(
        description: """
            The servers on this database use another root secret, so rate limits, page forms and audit digests would not
            match. Give this server the same one with --root-secret, OSTIARY_ROOT_SECRET or OSTIARY_ROOT_SECRET_FILE.
            To replace the root secret, stop all servers and run: ostiary forgetkey --root
            """,
        exitCode: ConfigurationError.exitCode
    )

    /// - Parameter fingerprint: that of the lost secret.
    static func lostSecret(_ file: SecretFile, in directory: String, fingerprint: String) -> StartError {
        let isRoot = file.name == SecretFile.root.name
        let loss =
            isRoot
            ? "rate limits, page forms and audit digests begin anew"
            : "access tokens of the lost key are refused, and clients refresh them; nobody has to log in again"
        return StartError(
            description: """
                The file \(directory)/\(file.name) is missing. The database was used with the \
                \(isRoot ? "root secret" : "signing key") of the fingerprint \(fingerprint).
                Put the file back from your backup. To go on with a new one (\(loss)), run: \
                ostiary forgetkey\(isRoot ? " --root" : "")
                """,
            exitCode: ConfigurationError.exitCode
        )
    }

    /// - Parameter place: the place of the database.
    static func served(_ place: String) -> StartError {
        StartError(
            description: "Servers use the database \(place). Stop them first.",
            exitCode: 69
        )
    }

    /// - Parameter place: the place of the database.
    static func reserved(_ place: String) -> StartError {
        StartError(
            description: """
                A command needs the database \(place) for itself (restore or forgetkey). Start again when it has ended.
                """,
            exitCode: 69
        )
    }

    static func lockFile(_ path: String, reason: String) -> StartError {
        StartError(
            description: """
                The lock file \(path) cannot be used: \(reason).
                Make its directory writable for this user, or delete what stands in its place.
                """,
            exitCode: 73
        )
    }
}
