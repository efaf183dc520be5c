// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Logging
package import OstiaryCore
import OstiarySQL
import OstiarySQLite

/// Puts a copy that `ostiary backup` made in the place of an SQLite database.
package struct Restore {
    package struct Outcome: Sendable {
        /// The path of the database.
        package let database: String
        /// The path of the state before; nil if there was none.
        package let kept: String?
        /// The migrations that the copy lacked.
        package let migrations: [String]
    }

    let configuration: ServerConfiguration
    let features: [Feature]
    let logger: Logger

    /// - Parameter features: features of the program, in addition to those of every server.
    package init(_ configuration: ServerConfiguration, features: [Feature], logger: Logger) {
        self.configuration = configuration
        self.features = Feature.all + features
        self.logger = logger
    }

    /// Copies, checks, migrates and audits a copy beside the database, and then gives it the database's name. Blocks.
    /// - Parameters:
    ///   - file: the path of the copy, which is only read.
    ///   - forgetsKey: true to restore also a copy of another signing key or root secret, whose record it loses.
    ///   - progress: called with the number of copied pages and of all pages.
    /// - Throws: ``StartError``; nothing was changed then.
    package func run(
        _ file: String, forgetsKey: Bool, in context: RequestContext,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> Outcome {
        guard case .sqlite(let path) = configuration.database else { throw StartError.restoreOfPostgres(file) }
        try DataDirectory.prepare(configuration.dataDirectory)
        try check(file, isNot: path)
        guard let lock = try ServingLock(besides: path, isShared: false) else { throw StartError.served(path) }
        defer { withExtendedLifetime(lock) {} }
        let staged = path + ".restoring"
        // A restore that was killed may have left them; the lock proves that none is under way.
        Self.delete(staged)
        defer { Self.delete(staged) }
        do throws(SQLError) {
            try SQLiteBackup.copy(from: file, to: staged, progress: progress)
        } catch {
            throw StartError.copy(file, error)
        }
        let migrations = try await prepare(staged, of: file, forgetsKey: forgetsKey, in: context)
        FileTrust.giveToOwner(of: path.containingDirectory, staged)
        let time = String(context.now.iso8601.filter { $0.isNumber || $0 == "T" || $0 == "Z" })
        let kept = "\(path).before-\(time)"
        do throws(SQLError) {
            let hadState = try SQLiteRestore.replace(path, by: staged, keeping: kept)
            return Outcome(database: path, kept: hadState ? kept : nil, migrations: migrations)
        } catch {
            throw StartError.database(error)
        }
    }

    private func check(_ file: String, isNot database: String) throws(StartError) {
        var (copy, present) = (stat(), stat())
        guard stat(file, &copy) == 0 else { throw .copy(file, reason: String(cString: strerror(errno))) }
        guard copy.st_mode & S_IFMT == S_IFREG else { throw .copy(file, reason: "it is not a file") }
        guard access(file, R_OK) == 0 else { throw .copy(file, reason: String(cString: strerror(errno))) }
        if let fault = FileTrust.fault(of: file) { throw .untrusted(file, fault) }
        if stat(database, &present) == 0, present.st_dev == copy.st_dev, present.st_ino == copy.st_ino {
            throw .copy(file, reason: "it is the database itself")
        }
    }

    /// - Returns: the migrations that the copy lacked.
    private func prepare(
        _ staged: String, of file: String, forgetsKey: Bool, in context: RequestContext
    ) async throws -> [String] {
        var configuration = configuration
        configuration.database = .sqlite(path: staged)
        let storage = try Storage(
            configuration: configuration, migrations: features.flatMap(\.migrations), creates: false, logger: logger)
        defer { storage.close() }
        guard try await !storage.appliedMigrations().isEmpty else {
            throw StartError.copy(file, reason: "it is not a database of Ostiary")
        }
        let migrations = try await storage.migrate()
        for secret in try await others(in: storage) {
            guard forgetsKey else { throw StartError.copyOfOtherKey(file, secret, in: configuration.dataDirectory) }
            _ = try await storage.keys.forget(secret, isForced: true, in: context)
        }
        _ = try await storage.audit.add([AuditEntry(.databaseRestored, object: file, in: context)], in: context)
        return migrations
    }

    /// The secrets that the database records and that this installation does not have.
    private func others(in storage: Storage) async throws -> [SharedSecret] {
        let recorded = try await storage.recordedSecrets()
        let (signing, root) = (
            try Secrets.signingKey(configuration)?.fingerprint,
            try Secrets.existingRoot(configuration)?.root.fingerprint
        )
        var others: [SharedSecret] = []
        if let known = recorded.signing, known != signing { others.append(.signingKey) }
        if let known = recorded.root, known != root { others.append(.root) }
        return others
    }

    private static func delete(_ staged: String) {
        for suffix in ["", ".part", ".part-journal", "-wal", "-shm", "-journal"] { unlink(staged + suffix) }
    }
}

extension StartError {
    fileprivate static func restoreOfPostgres(_ file: String) -> StartError {
        StartError(
            description: """
                A PostgreSQL database is restored by its own program, while no server runs:
                pg_restore --clean --if-exists --dbname=URL \(file)
                """,
            exitCode: 64)
    }

    fileprivate static func copy(_ file: String, reason: String) -> StartError {
        StartError(
            description: "\(file) cannot be restored: \(reason). Give a copy that ostiary backup made.", exitCode: 69)
    }

    fileprivate static func copy(_ file: String, _ error: SQLError) -> StartError {
        switch error.code {
        case .notADatabase: copy(file, reason: "it is not an SQLite database")
        case .corrupt: copy(file, reason: "it is damaged or was cut off")
        default: database(error)
        }
    }

    fileprivate static func copyOfOtherKey(
        _ file: String, _ secret: SharedSecret, in directory: String
    ) -> StartError {
        let (name, place) = secret == .root ? ("root secret", "root.key") : ("signing key", "secret.key")
        return StartError(
            description: """
                \(file) is a copy of a database with another \(name) than this installation's.
                Put the \(name) of that time in place (\(directory)/\(place)), or restore with --forget-key: nobody has \
                to log in again, but access tokens, rate limits and page forms of that time do not count any more.
                """,
            exitCode: ConfigurationError.exitCode)
    }
}
