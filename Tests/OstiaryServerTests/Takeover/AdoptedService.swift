// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport

/// The tables of a Django service, without Django, for servers that adopt them.
final class AdoptedService: Sendable {
    let engine: DjangoSchema.Engine
    let directory: TemporaryDirectory
    private let database: String?

    /// - Parameter columns: further columns of the user table, each behind a comma.
    init(_ engine: DjangoSchema.Engine, columns: String = "") throws {
        self.engine = engine
        directory = try TemporaryDirectory()
        let sql = DjangoSchema.sql(engine, further: columns)
        switch engine {
        case .sqlite:
            database = nil
            try FileManager.default.createDirectory(
                atPath: directory.file("data"), withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            // As Python leaves it: no write-ahead log.
            try SQLiteConnection(path: file, role: .writer, busyTimeout: 5_000).script(
                "\(sql); PRAGMA journal_mode = DELETE")
        case .postgres:
            let server = try PostgresServer.shared.get()
            let name = try server.makeDatabase()
            try server.query(sql, in: name)
            database = name
        }
    }

    /// The file of a service on SQLite.
    var file: String { directory.file("data/ostiary.sqlite3") }

    /// The flags of a server that adopts the tables, but for the folder.
    func flags(
        tokens: String? = "shared", changes: String = "ask", hasher: String = "pbkdf2_sha256:10", _ more: [String] = []
    ) throws -> [String] {
        var flags = [
            "--user-table", DjangoSchema.users, "--password-hasher", hasher, "--user-changes", changes,
        ]
        if let tokens { flags += ["--legacy-refresh-table", DjangoSchema.refreshTokens, "--legacy-tokens", tokens] }
        if let database { flags += ["--database-url", try PostgresServer.shared.get().url(database)] }
        return flags + more
    }

    /// Starts a server beside the service.
    func server(_ flags: [String]) throws -> ServerProcess { try ServerProcess(flags, directory: directory) }

    /// Runs statements as Django would.
    func script(_ sql: String) throws {
        if let database {
            try PostgresServer.shared.get().query(sql, in: database)
        } else {
            try SQLiteConnection(path: file, role: .copy, busyTimeout: 10_000).script(sql)
        }
    }

    /// The first column of the first row of a statement that takes no values.
    func value(_ query: SQLQuery) throws -> String {
        if let database { return try PostgresServer.shared.get().query(query.description, in: database) }
        let rows = try SQLiteConnection(path: file, role: .reader, busyTimeout: 10_000).run(query)
        switch rows.first?.values.first {
        case .integer(let number): return "\(number)"
        case .text(let text): return text
        default: return ""
        }
    }

    /// Inserts an account whose password is `password`, as Django does with ten rounds.
    /// - Parameter password: as `PasswordHasher` writes it.
    func add(_ email: String, password: String = "!", isActive: Bool = true) throws {
        try script(DjangoSchema.user(email, password: password, isActive: isActive, on: engine))
    }

    /// Writes live refresh tokens of an account.
    func addTokens(_ tokens: [String], of email: String, lifetime: String = "+1 day") throws {
        let now = engine == .sqlite ? "strftime('%Y-%m-%d %H:%M:%S', 'now')" : "now()"
        let end =
            engine == .sqlite
            ? "strftime('%Y-%m-%d %H:%M:%S', 'now', '\(lifetime)')" : "now() + interval '\(lifetime)'"
        let rows = tokens.map { token in
            "('\(token)', \(now), \(end), (SELECT id FROM \(DjangoSchema.users) WHERE email = '\(email)'))"
        }
        try script(
            "INSERT INTO \(DjangoSchema.refreshTokens) (token, created_at, expires_at, user_id) VALUES "
                + rows.joined(separator: ", "))
    }

    /// A new token, as its text in the table.
    static func token() -> String {
        SecureRandom.bytes(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
