// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Synchronization
import Testing

/// A Django service with its database, Ostiary beside it on the same tables, and nginx before both.
final class TakeoverSite: Sendable {
    enum Engine: String, CaseIterable, Sendable { case sqlite = "SQLite", postgres = "PostgreSQL" }

    static let key = "django-insecure-a-key-that-both-of-them-know-0123456789"

    let engine: Engine
    let redis: RedisServer
    let django: DjangoService
    /// The path of the file, or the name of the database.
    let database: String
    private let folder: TemporaryDirectory
    private let built: Mutex<(servers: [ServerProcess], front: Front?)> = Mutex(([], nil))

    /// Makes the database as Django makes it, and starts Django alone.
    /// - Parameters:
    ///   - rounds: of PBKDF2 on both sides; nil for those of this Django.
    ///   - workers: of gunicorn.
    ///   - starts: whether gunicorn is started; all else of Django can be used without it.
    init(
        _ engine: Engine, _ version: DjangoService.Version = .v52, rounds: Int? = 1_000, workers: Int = 2,
        key: String = TakeoverSite.key, starts: Bool = true, _ options: Set<DjangoService.Option> = []
    ) throws {
        self.engine = engine
        redis = try RedisServer()
        folder = try TemporaryDirectory()
        database = try EmptyTables.copy(engine, version, bare: options.contains(.bare), in: folder)
        let place = engine == .sqlite ? database : try PostgresServer.shared.get().url(database)
        django = try DjangoService(
            version, on: place, key: key, redis: redis, rounds: rounds, workers: workers, options)
        if starts { try django.start() }
    }

    /// As `--database-url` takes it.
    var databaseURL: String {
        get throws { engine == .sqlite ? "sqlite:\(database)" : try PostgresServer.shared.get().url(database) }
    }

    /// The flags that say which tables are used, and how.
    func adoption(_ legacyTokens: String = "shared") throws -> [String] {
        let flags = [
            "--database-url", try databaseURL, "--user-table", "auth_api_customuser",
            "--legacy-refresh-table", "auth_api_refreshtoken", "--legacy-tokens", legacyTokens,
        ]
        return flags + (django.rounds.map { ["--password-hasher", "pbkdf2_sha256:\($0)"] } ?? [])
    }

    /// The flags of a server.
    func flags(_ legacyTokens: String = "shared") throws -> [String] {
        try adoption(legacyTokens) + ["--redis-url", redis.url, "--trusted-hops", "1"]
    }

    /// A command line on the database.
    func command(_ arguments: [String], _ legacyTokens: String = "shared", within seconds: Double = 60) throws
        -> CommandResult
    {
        let key = ["OSTIARY_SECRET_KEY": Self.key]
        return try runCommand(arguments + adoption(legacyTokens), environment: key, within: seconds)
    }

    /// Starts a server beside Django.
    @discardableResult
    func adopt(
        _ legacyTokens: String = "shared", _ more: [String] = [], environment: [String: String] = [:],
        logLevel: String = "info", key: String = TakeoverSite.key
    ) throws -> ServerProcess {
        let server = try ServerProcess(
            flags(legacyTokens) + more, environment: environment, logLevel: logLevel, secretKey: key)
        built.withLock { $0.servers.append(server) }
        return server
    }

    var servers: [ServerProcess] { built.withLock { $0.servers } }

    /// nginx before Django and the servers that were started; made at first need.
    var front: Front {
        get throws {
            if let front = built.withLock({ $0.front }) { return front }
            let front = try Front(django: django.port, ostiary: servers.map(\.port))
            built.withLock { $0.front = front }
            return front
        }
    }

    /// A client of Django alone.
    var there: WireClient { WireClient(port: django.port, timeout: 60) }

    /// A client of the first server of ours.
    var here: WireClient { WireClient(port: servers[0].port, timeout: 60) }

    /// The value of an expression in Django, as text without quotes.
    func value(_ source: String) throws -> String { try django.evaluate("text(\(source))") }

    /// The definitions of all tables, indexes and triggers that are not ours.
    func schema() throws -> String {
        switch engine {
        case .sqlite:
            return try value(
                #""\n".join(sorted(f"{a} {b} {c}" for a, b, c in rows("SELECT type, name, sql FROM sqlite_master") "#
                    + #"if not b.startswith(("ostiary_", "sqlite_autoindex_ostiary_"))))"#)
        case .postgres:
            let file = folder.file("schema.sql")
            let postgres = try PostgresServer.shared.get()
            try postgres.run(
                "pg_dump",
                ["--schema-only", "--restrict-key=x", "-T", "ostiary_*", "--file=\(file)", postgres.url(database)])
            let lines = text(ofFile: file).split(separator: "\n")
            return lines.filter { !$0.hasPrefix("--") && !$0.hasPrefix("CREATE INDEX ostiary_") }.joined(
                separator: "\n")
        }
    }

    /// The lines in which the definitions differ from those of another time.
    func changes(since before: String) throws -> [String] {
        let (old, new) = (before.split(separator: "\n"), try schema().split(separator: "\n"))
        return new.difference(from: old).map {
            switch $0 {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }

    /// Orphans, as the database finds them.
    func orphans() throws -> String {
        switch engine {
        case .sqlite: return try value(#"rows("PRAGMA foreign_key_check")"#)
        // PostgreSQL allows none.
        case .postgres: return "[]"
        }
    }
}

/// Expects that nothing has changed.
func expectSame(_ changes: [String], at place: SourceLocation = #_sourceLocation) {
    #expect(changes == [], sourceLocation: place)
}
