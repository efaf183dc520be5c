public import Logging
public import OstiaryCore

/// Storage and services without a server: what commands work with.
public final class Workspace: Sendable {
    public let configuration: ServerConfiguration
    public let accounts: AccountService
    public let settings: DynamicSettings
    public let cleanup: CleanupService
    let storage: Storage
    let passwords: Passwords

    /// Opens the storage as configured. Blocks while it does.
    /// - Throws: ``StartError``, ``SettingError``.
    public init(_ configuration: ServerConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.storage = try Storage(configuration: configuration)
        self.passwords = Passwords()
        self.accounts = AccountService(accounts: storage.accounts, passwords: passwords)
        self.settings = try DynamicSettings(
            store: storage.settings, pins: configuration.pinnedSettings, logger: logger
        )
        self.cleanup = CleanupService(sessions: storage.sessions)
    }

    public func pendingMigrations() async throws -> [String] { try await storage.pendingMigrations() }

    public func appliedMigrations() async throws -> [String] { try await storage.appliedMigrations() }

    /// - Returns: the names of those applied now.
    public func migrate() async throws -> [String] { try await storage.migrate() }

    /// - Throws: ``StartError`` when the schema is not this program's.
    public func requireMigrated() async throws {
        let pending = try await storage.pendingMigrations()
        guard pending.isEmpty else { throw StartError.pendingMigrations(pending) }
        try await settings.reload()
    }

    /// Copies the database as it is at this moment. Blocks.
    /// - Parameters:
    ///   - file: must not exist.
    ///   - progress: pages done and pages in all.
    public func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws {
        try storage.backup(to: file, progress: progress)
    }

    /// Blocks until everything that waits is written.
    public func close() {
        passwords.close()
        storage.close()
    }
}
