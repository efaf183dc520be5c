// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// The rules for every implementation of the stores, as cases that its test runs.
///
/// ```swift
/// @Test(arguments: StoreConformance.cases)
/// func conforms(_ conformance: StoreConformance.Case) async throws {
///     try await conformance.run(
///         on: Stores(
///             accounts: …, sessions: …, passwords: …, settings: …, journal: …, keys: …, audit: …, permissions: …,
///             setup: …, outbox: …, links: …))
/// }
/// ```
public enum StoreConformance {
    /// A rule, which runs on empty stores.
    public struct Case: Sendable, CustomStringConvertible {
        /// A few words about the rule.
        public let name: String
        private let body: @Sendable (Stores) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (Stores) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// - Throws: ``ConformanceFailure`` or the error of a store.
        public func run(on stores: Stores) async throws { try await body(stores) }

        public var description: String { name }
    }

    /// All rules.
    public static let cases: [Case] =
        accountCases + sessionCases + repetitionCases + ownSessionCases + sessionLimitCases + racingCases
        + knownNetworkCases
        + settingsCases + settingRaceCases + signingKeyCases + auditCases + administrationCases + groupCases
        + tokenGroupCases + setupCases + userListCases + sessionListCases + auditPageCases
        + outboxCases + linkCases + linkRaceCases
}

/// The stores under test, which share one storage.
public struct Stores: Sendable {
    package let accounts: any AccountStore
    package let sessions: any SessionStore
    package let passwords: any PasswordStore
    package let settings: any SettingsStore
    package let journal: any SettingsJournal
    package let keys: any FingerprintStore
    package let audit: any AuditStore
    package let permissions: any PermissionStore
    package let setup: any SetupStore
    package let outbox: any OutboxStore
    package let links: any LinkStore

    /// - Parameters:
    ///   - accounts: the accounts.
    ///   - sessions: the sessions and their refresh tokens.
    ///   - passwords: the passwords of the accounts.
    ///   - settings: the dynamic settings.
    ///   - journal: the record of changes of settings, with a copy of the last known values.
    ///   - keys: the fingerprints of shared secrets.
    ///   - audit: the audit log, in which all others record their effects.
    ///   - permissions: the groups and permissions.
    ///   - setup: the links that create the first superuser.
    ///   - outbox: the messages that wait to leave.
    ///   - links: the one-time links of messages.
    public init(
        accounts: any AccountStore, sessions: any SessionStore, passwords: any PasswordStore,
        settings: any SettingsStore, journal: any SettingsJournal, keys: any FingerprintStore, audit: any AuditStore,
        permissions: any PermissionStore, setup: any SetupStore, outbox: any OutboxStore, links: any LinkStore
    ) {
        self.accounts = accounts
        self.sessions = sessions
        self.passwords = passwords
        self.settings = settings
        self.journal = journal
        self.keys = keys
        self.audit = audit
        self.permissions = permissions
        self.setup = setup
        self.outbox = outbox
        self.links = links
    }
}

/// A rule that did not hold.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let description: String
}

func require(_ condition: Bool, _ rule: String, file: StaticString = #fileID, line: Int = #line) throws {
    guard condition else { throw ConformanceFailure(description: "\(rule) (\(file):\(line))") }
}

func requireEqual<Value: Equatable>(
    _ left: Value, _ right: Value, _ rule: String, file: StaticString = #fileID, line: Int = #line
) throws {
    guard left == right else {
        throw ConformanceFailure(description: "\(rule): \(left) is not \(right) (\(file):\(line))")
    }
}
