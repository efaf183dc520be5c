// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore

/// Storage and services without a server: what commands work with.
package final class Installation: Sendable {
    package let configuration: ServerConfiguration
    package let administration: Administration
    let features: [Feature]
    let storage: Storage
    let passwords: Passwords
    let settings: DynamicSettings
    let access: SettingsAccess
    let notices = ReloadNotices()

    /// Opens the storage as configured. Blocks while it does.
    /// - Parameters:
    ///   - features: of an application, beside the product's own.
    ///   - creates: whether an installation is made where there is none.
    ///   - audit: shows the audit entries that this process commits; nil to show none.
    /// - Throws: ``StartError``, ``SettingError``.
    package init(
        _ configuration: ServerConfiguration, features: [Feature] = [], creates: Bool, audit: AuditLog? = nil,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.features = Feature.all + features
        let known = self.features.knownSettings
        self.storage = try Storage(
            configuration: configuration, migrations: self.features.flatMap(\.migrations), creates: creates,
            audit: audit, logger: logger)
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
            store: store, known: known, journal: storage.journal, pins: configuration.pinnedSettings, logger: logger
        )
        self.settings = settings
        self.passwords = Passwords(threads: configuration.hashThreads) {
            .seconds(settings.snapshot[.loginMaximumWait])
        }
        self.administration = Administration(storage, passwords: passwords, settings: settings)
    }

    /// Settings that exist here.
    package var knownSettings: [AnySetting] { features.knownSettings }

    package func pendingMigrations() async throws -> [String] { try await storage.pendingMigrations() }

    package func appliedMigrations() async throws -> [String] { try await storage.appliedMigrations() }

    /// - Returns: the names of those applied now.
    package func migrate() async throws -> [String] { try await storage.migrate() }

    /// - Throws: ``StartError`` when the schema is not this program's.
    package func requireMigrated() async throws {
        let pending = try await storage.pendingMigrations()
        guard pending.isEmpty else { throw StartError.pendingMigrations(pending) }
    }

    /// Reads the settings and does the work, with a connection to their store where that needs one.
    /// - Parameters:
    ///   - onTrouble: told when the store cannot be reached; the last known values are in force then.
    /// - Throws: ``StartError`` where the servers on this database keep their settings elsewhere.
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

    /// Whom audit entries about an e-mail address are about: its account, if there is one, and tries of the address. The latter are nil
    /// where the servers' key is not known here.
    /// - Throws: ``AccountError``, ``StartError``, ``StoreUnavailable``.
    package func auditSubject(
        email: String, in context: RequestContext
    ) async throws -> (user: User.ID?, object: String?) {
        guard let address = EmailAddress(email) else { throw AccountError.invalidEmail }
        let digest = try Secrets.existingRoot(configuration).map { AddressDigest(key: $0.key(for: "audit/1")) }
        return (try await storage.accounts.credential(email: address, in: context)?.user.id, digest?(address))
    }

    /// Lets the next server bring another secret. Tokens of the old signing key are refused from then on; without the old
    /// root secret budgets begin anew.
    package func forget(_ secret: SharedSecret, in context: RequestContext) async throws {
        try await storage.keys.forget(secret, in: context)
    }

    /// Copies the database as it is at this moment. Blocks.
    /// - Parameters:
    ///   - file: must not exist.
    ///   - progress: pages done and pages in all.
    package func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws {
        try storage.backup(to: file, progress: progress)
    }

    /// Blocks until everything that waits is written.
    package func close() {
        passwords.close()
        storage.close()
    }
}
