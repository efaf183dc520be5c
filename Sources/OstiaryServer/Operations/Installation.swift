// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore
import OstiaryHTTP
package import OstiarySQL

/// The storage and the services without a server, for commands.
package final class Installation: Sendable {
    package let configuration: ServerConfiguration
    package let administration: Administration
    let features: [Feature]
    let storage: Storage
    let passwords: Passwords
    let settings: DynamicSettings
    let access: SettingsAccess
    let notices = ReloadNotices()
    let hooks: Hooks?
    /// The way on which messages leave, in the place of the configured one; nil for that.
    let mailSending: (any MailSending)?
    /// The wall clock.
    let now: WallClock

    /// Opens the configured storage. Blocks.
    /// - Parameters:
    ///   - features: features of the application, in addition to the product's own.
    ///   - creates: true to create an installation if there is none.
    ///   - audit: logs the audit entries that this process commits; nil to log none.
    ///   - hooks: the hooks of the application; nil for none.
    ///   - mailSending: the way on which messages leave, in the place of the configured one; nil for that.
    ///   - now: the wall clock.
    /// - Throws: ``StartError``, ``SettingError``.
    package init(
        _ configuration: ServerConfiguration, features: [Feature] = [], creates: Bool, audit: AuditLog? = nil,
        hooks: Hooks? = nil, mailSending: (any MailSending)? = nil, now: @escaping WallClock = Timestamp.now,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.hooks = hooks
        self.mailSending = mailSending
        self.now = now
        self.features =
            Feature.core + (configuration.mail == nil ? [] : Feature.mail)
            + (configuration.admin == .off ? [] : Feature.administration) + features
        let known = self.features.knownSettings
        self.storage = try Storage(
            configuration: configuration, migrations: self.features.flatMap(\.migrations), creates: creates,
            audit: audit, hooks: hooks, now: now, logger: logger)
        self.access = try SettingsAccess(
            configuration, known: known, journal: storage.journal, notices: notices, logger: logger
        )
        let store: any SettingsStore =
            switch access {
            case .database: storage.settings
            case .constanceTable: storage.constanceTable
            case .redis(let redis): redis.store
            }
        let settings = try DynamicSettings(
            store: store, known: known, journal: storage.journal, pins: configuration.pinnedSettings, logger: logger,
            now: now)
        self.settings = settings
        self.passwords = Passwords(hasher: PasswordHasher(configuration.hashing), threads: configuration.hashThreads) {
            .seconds(settings.snapshot[.loginMaximumWait])
        }
        self.administration = Administration(
            storage, passwords: passwords, settings: settings,
            words: PasswordPolicy.contextWords(publicURL: configuration.publicURL?.origin),
            notices: configuration.mail == nil ? .off : Notices(settings: settings), now: now)
    }

    /// The database, for the tables of an application.
    package var database: any SQLDatabase { storage.database }

    /// Settings that exist here.
    package var knownSettings: [AnySetting] { features.knownSettings }

    package func pendingMigrations() async throws -> [String] { try await storage.pendingMigrations() }

    package func appliedMigrations() async throws -> [String] { try await storage.appliedMigrations() }

    /// - Returns: the names of the migrations that this call applied.
    package func migrate() async throws -> [String] { try await storage.migrate() }

    /// - Throws: ``StartError`` if migrations are pending.
    package func requireMigrated() async throws {
        let pending = try await storage.pendingMigrations()
        guard pending.isEmpty else { throw StartError.pendingMigrations(pending) }
        try await storage.requireAdoption()
    }

    /// Ends the sharing of refresh tokens with Django, and deletes the rows that servers have made in its table.
    /// - Parameter progress: called with the number of deleted rows so far.
    /// - Returns: the number of deleted rows.
    /// - Throws: ``StartError``; ``StoreUnavailable``.
    package func finishAdoption(progress: (Int) -> Void) async throws -> Int {
        try await storage.finishAdoption(progress: progress)
    }

    /// Records the flags about a Django service in place of those of the servers, which must be stopped.
    /// - Returns: the flags before, and those that are recorded now.
    /// - Throws: ``StartError``; ``StoreUnavailable``.
    package func recordAdoption() async throws -> (before: String, now: String) {
        try await storage.recordAdoption()
    }

    /// Reads the settings, with a connection to their store if it needs one, and runs the work.
    /// - Parameters:
    ///   - onTrouble: called with a warning if the store cannot be reached; the last known values are in force then.
    ///   - work: the work to run with the settings.
    /// - Throws: ``StartError`` if the servers on this database keep their settings elsewhere.
    package func withSettings(
        onTrouble: (String) -> Void, _ work: (DynamicSettings) async throws -> Void
    ) async throws {
        try await requireSettingsOfServers(onTrouble: onTrouble)
        try await settings.restore()
        guard case .redis(let redis) = access else {
            try await settings.reload()
            return try await work(settings)
        }
        let connection = Task { try await redis.run() }
        defer { connection.cancel() }
        if try await redis.waitForConnection(atMost: .seconds(2)) {
            try await settings.reload()
        } else {
            onTrouble("Redis cannot be reached (\(redis.note)); these are the last known values.")
        }
        try await work(settings)
    }

    /// The filter for audit entries about an e-mail address: its account, if there is one, and the digest of the
    /// address in refused logins. The digest is nil if this process does not know the servers' root secret.
    /// - Throws: ``StartError``, ``StoreUnavailable``.
    package func auditSubject(
        email address: EmailAddress, in context: RequestContext
    ) async throws -> (user: User.ID?, object: String?) {
        let digest = try Secrets.existingRoot(configuration).map { AddressDigest(key: $0.root.key(for: "audit/1")) }
        return (try await storage.accounts.credential(email: address, in: context)?.user.id, digest?(address))
    }

    /// Removes the record of a secret, so that the next server may bring another one. With a new signing key, tokens of
    /// the old one are refused; with a new root secret, all budgets start anew.
    /// - Parameter isForced: true to do it also while servers run.
    /// - Throws: ``StartError`` if servers run; ``StoreUnavailable``.
    package func forget(_ secret: SharedSecret, isForced: Bool, in context: RequestContext) async throws {
        try await storage.forget(secret, isForced: isForced, in: context)
    }

    /// Copies the present state of the database. Blocks.
    /// - Parameters:
    ///   - file: the path of the copy; the file must not exist.
    ///   - progress: called with the number of copied pages and of all pages.
    package func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws {
        try storage.backup(to: file, progress: progress)
    }

    /// Blocks until all pending writes are done.
    package func close() {
        passwords.close()
        storage.close()
    }
}
