// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// What every implementation of the stores must do, as cases that a test of each driver runs.
///
/// ```swift
/// @Test(arguments: StoreConformance.cases)
/// func conforms(_ conformance: StoreConformance.Case) async throws {
///     try await conformance.run(on: Stores(accounts: …, sessions: …, passwords: …, settings: …, journal: …, keys: …, audit: …))
/// }
/// ```
public enum StoreConformance {
    /// One rule. Runs on stores that are empty.
    public struct Case: Sendable, CustomStringConvertible {
        public let name: String
        private let body: @Sendable (Stores) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (Stores) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// - Throws: ``ConformanceFailure``, and whatever the stores throw.
        public func run(on stores: Stores) async throws { try await body(stores) }

        public var description: String { name }
    }

    public static let cases: [Case] =
        accountCases + sessionCases + repetitionCases + ownSessionCases + sessionLimitCases + racingCases
        + knownNetworkCases
        + settingsCases + signingKeyCases + auditCases
}

/// The stores under test, all on one storage.
public struct Stores: Sendable {
    public let accounts: any AccountStore
    public let sessions: any SessionStore
    public let passwords: any PasswordStore
    public let settings: any SettingsStore
    public let journal: any SettingsJournal
    public let keys: any SigningKeyStore
    public let audit: any AuditStore

    public init(
        accounts: any AccountStore, sessions: any SessionStore, passwords: any PasswordStore,
        settings: any SettingsStore, journal: any SettingsJournal, keys: any SigningKeyStore, audit: any AuditStore
    ) {
        self.accounts = accounts
        self.sessions = sessions
        self.passwords = passwords
        self.settings = settings
        self.journal = journal
        self.keys = keys
        self.audit = audit
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
