// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport

/// A database with the tables of a Django service that the stores use.
final class AdoptedStorage: Sendable {
    let engine: DjangoSchema.Engine
    /// The database without adoption, as Django sees it.
    let plain: any SQLDatabase
    let database: AdoptedDatabase
    let stores: Stores
    let adoptions: SQLAdoptionStore
    /// The path of the file, or the name of the database.
    let place: String
    private let folder: TemporaryDirectory?
    private let end: @Sendable () -> Void

    /// The way in which refresh tokens of Django are used.
    enum Tokens: Sendable { case none, taken, shared }

    /// - Parameters:
    ///   - tokens: the use of Django's refresh tokens.
    ///   - users: the name of the user table.
    ///   - columns: further columns of it, each behind a comma.
    ///   - defaults: `COLUMN=VALUE` for those.
    ///   - before: statements that run before the adoption.
    init(
        _ engine: DjangoSchema.Engine, tokens: Tokens = .none, users: String = DjangoSchema.users,
        columns: String = "", defaults: [String] = [], changes: Adoption.Changes = .ask, hasShortKeys: Bool = false,
        before: String = ""
    ) async throws {
        guard let name = QuotedName(users), let refresh = QuotedName(DjangoSchema.refreshTokens) else {
            throw Failure("bad name")
        }
        let table = UserTable(name, further: defaults.compactMap { UserTable.FurtherColumn($0) })
        let adoption = Adoption(
            users: table, refreshTokens: tokens == .none ? nil : .init(refresh, isShared: tokens == .shared),
            changes: changes)
        let sql =
            DjangoSchema.sql(engine, users: users, further: columns, hasShortKeys: hasShortKeys) + before
        let base: any SQLDatabase & WriteFailureKeeping
        switch engine {
        case .sqlite:
            let folder = try TemporaryDirectory()
            place = folder.file("a.sqlite3")
            try SQLiteConnection(path: place, role: .writer, busyTimeout: 5_000).script(sql)
            let database = try SQLiteDatabase(path: place, readAheadSize: 0)
            (base, end, self.folder) = (database, { database.close() }, folder)
        case .postgres:
            let server = try PostgresServer.shared.get()
            let isUsual =
                users == DjangoSchema.users && columns.isEmpty && before.isEmpty && !hasShortKeys && defaults.isEmpty
            let name = try isUsual ? await AdoptedTemplates.shared.copy(of: sql, on: server) : server.makeDatabase()
            if !isUsual { try server.query(sql, in: name) }
            let database = try server.open(name, .unhurried)
            (base, end, folder, place) = (database, { database.close() }, nil, name)
        }
        plain = base
        self.engine = engine
        database = AdoptedDatabase(base, AdoptedTables(adoption))
        adoptions = SQLAdoptionStore(database: database)
        let stores = Stores(database)
        self.stores = tokens == .shared ? stores.sharing : stores
        try await Migrator(database, Schema(adding: [], isAdopted: true).migrations).migrate(now: Timestamp.now())
        try await adoptions.look()
    }

    /// Runs a statement as Django would.
    /// - Returns: the rows as texts.
    @discardableResult
    func run(_ query: SQLQuery) async throws -> [[String]] {
        try await plain.write { try $0.run(query) }.map { row in
            row.values.map { value in
                switch value {
                case .null: "NULL"
                case .integer(let number): "\(number)"
                case .text(let text): text
                case .blob(let bytes): "\(bytes)"
                }
            }
        }
    }

    /// Runs statements on a connection of their own, without the code under test.
    func script(_ sql: String) throws {
        switch engine {
        case .sqlite: try SQLiteConnection(path: place, role: .copy, busyTimeout: 5_000).script(sql)
        case .postgres: try PostgresServer.shared.get().query(sql, in: place)
        }
    }

    /// Inserts an account as Django does.
    func add(_ email: String, id: Int64? = nil, password: String = "encoded", isActive: Bool = true) throws {
        try script(DjangoSchema.user(email, id: id, password: password, isActive: isActive, on: engine))
    }

    func id(of email: String) async throws -> Int64 {
        let rows = try await run("SELECT id FROM auth_api_customuser WHERE email = \(email)")
        guard let id = rows.first?.first.flatMap({ Int64($0) }) else { throw Failure("no \(email)") }
        return id
    }

    func close() { withExtendedLifetime(folder) { end() } }
}

/// One database for each server that others are copied from.
private actor AdoptedTemplates {
    static let shared = AdoptedTemplates()
    private var made: String?

    func copy(of sql: String, on server: PostgresServer) async throws -> String {
        if made == nil {
            let name = try server.makeDatabase()
            try server.query(sql, in: name)
            let database = try server.open(name)
            guard let users = QuotedName(DjangoSchema.users) else { throw Failure("bad name") }
            let adopted = AdoptedDatabase(database, AdoptedTables(Adoption(users: UserTable(users))))
            try await Migrator(adopted, Schema(adding: [], isAdopted: true).migrations).migrate(now: Timestamp.now())
            database.close()
            let isFree: Bool? = try waitUntil(20) {
                try server.query("SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)'") == "0" ? true : nil
            }
            guard isFree == true else { throw Failure("somebody holds the template") }
            made = name
        }
        return try server.makeDatabase(copying: made ?? "")
    }
}

/// Runs the body on both engines.
func onBothEngines(
    tokens: AdoptedStorage.Tokens = .none, _ body: (AdoptedStorage) async throws -> Void
) async throws {
    for engine in DjangoSchema.Engine.allCases {
        let storage = try await AdoptedStorage(engine, tokens: tokens)
        defer { storage.close() }
        try await body(storage)
    }
}
