// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

/// The services on SQLite without a wire, with a hash so cheap that nothing hides behind it, and an account of each
/// kind: known, inactive, unusable.
struct CheapServices: Sendable {
    let accounts: SQLAccountStore
    let login: LoginService
    let passwordChange: PasswordChangeService
    private let directory: TemporaryDirectory
    private let database: SQLiteDatabase
    private let passwords: OstiaryCore.Passwords

    init() async throws {
        directory = try TemporaryDirectory()
        database = try SQLiteDatabase(path: directory.file("timing.sqlite3"))
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        accounts = SQLAccountStore(database: database)
        let hasher = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 2_048, passes: 1))
        let encoded = try hasher.hash(Array(WireClient.password.utf8))
        let unusable = OstiaryCore.Passwords.unusable()
        for (name, password) in [("known", encoded), ("inactive", encoded), ("unusable", unusable)] {
            let email = try #require(EmailAddress("\(name)@mail.example"))
            _ = try await accounts.create(NewUser(email: email, encodedPassword: password), in: .now())
        }
        let inactive = try await accounts.list(after: 1, limit: 1, in: .now())[0]
        _ = try await accounts.setActive(false, id: inactive.id, in: .now())
        passwords = OstiaryCore.Passwords(hasher: hasher, threads: 1)
        let root = try #require(RootSecret([UInt8](repeating: 2, count: 32)))
        let key = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32)))
        let issuer = TokenIssuer(codec: AccessTokenCodec(keys: KeyRing(signing: key)))
        let sessions = SQLSessionStore(database: database)
        let settings = try DynamicSettings(
            store: SQLSettingsStore(database: database), logger: Logger(label: "test"))
        let refusals = RefusalCounter(digest: AddressDigest(key: root.key(for: "audit/1")))
        let stored = SQLPasswordStore(database: database)
        let opener = SessionOpener(issuer: issuer, settings: settings)
        login = LoginService(
            accounts: accounts, sessions: sessions, passwordStore: stored, passwords: passwords, opener: opener,
            throttling: .off, refusals: refusals)
        passwordChange = PasswordChangeService(
            accounts: accounts, passwordStore: stored, passwords: passwords, opener: opener, settings: settings,
            throttling: .off, refusals: refusals)
    }

    func close() {
        passwords.close()
        database.close()
    }
}

extension RequestContext {
    /// A request at this moment.
    static func now(origin: ClientOrigin = ClientOrigin()) -> RequestContext {
        RequestContext(actor: .client, now: Timestamp.now(), origin: { origin })
    }
}
