// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// A file of an application with the secret that signs tokens.
package struct SecretPlace {
    private let path: String

    package init(_ path: String) { self.path = path }

    /// Reads the secret, or makes it.
    /// - Parameter database: the path of a SQLite database that is not made yet if the secret may be made; nil to read
    ///   only.
    /// - Throws: ``StartError``.
    package func text(madeWith database: String?) throws(StartError) -> String {
        let directory = path.containingDirectory
        let file = SecretFile(name: String(decoding: path.utf8.suffix(nameLength), as: UTF8.self))
        if let text = try file.existing(in: directory) { return text.reveal }
        guard let database, access(database, F_OK) != 0 else {
            // Another process that starts at this moment makes the secret before the database.
            if database != nil, let text = try file.existing(in: directory) { return text.reveal }
            throw .missingSecretFile(path)
        }
        try DataDirectory.prepare(directory)
        return try file.load(in: directory).reveal
    }

    private var nameLength: Int { path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count }
}

extension StartError {
    fileprivate static func missingSecretFile(_ path: String) -> StartError {
        StartError(
            description: """
                There is no secret at \(path).
                One is made with a new SQLite database only: a new secret refuses every token of the old one. Bring the \
                file back, or write one with at least \(SigningKey.minimumBytes) random bytes.
                """,
            exitCode: ConfigurationError.exitCode
        )
    }
}
