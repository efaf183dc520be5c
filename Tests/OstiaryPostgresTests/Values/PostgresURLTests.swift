// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

@Suite("Connection URLs and server settings", .onItsOwnThread)
struct PostgresURLTests {
    @Test("a password is never shown")
    func masked() throws {
        let url = try PostgresURL("postgres://me:hush@db1:5432,db2:5433/app?sslmode=verify-full&sslpassword=hush")
        #expect(url.description == "postgres://me@db1,db2:5432,5433/app")
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!"\(url) \(String(reflecting: url)) \(dumped)".contains("hush"))
    }

    @Test(
        "what is malformed is refused without being quoted",
        arguments: [
            "", "mysql://hush", "host=x password=hush", "postgres://me:hu/sh@x:y/z", "postgres://me:12/hush@x/z",
            "postgres://h/db?hush=1",
            "postgres://%zz:hush@h/db", "postgres://h/db\0hush",
        ])
    func malformed(text: String) {
        let error = #expect(throws: SQLError.self) { try PostgresURL(text) }
        #expect(error?.code == .cannotOpen)
        #expect(!String(reflecting: error).contains("hush"))
    }

    @Test("several hosts are tried, and their role is asked for")
    func severalHosts() async throws {
        let server = try PostgresServer.shared.get()
        let dead = try FreePorts.next()
        let database = try PostgresDatabase(
            PostgresURL(
                "postgresql://ostiary@127.0.0.1:\(dead),127.0.0.1:\(server.port)/postgres?target_session_attrs=read-write"
            )
        )
        defer { database.close() }
        #expect(try await database.read { try $0.run("SELECT 1").count } == 1)
        let readOnly = try PostgresDatabase(
            PostgresURL(server.tcpURL("postgres", port: nil, "&target_session_attrs=standby")))
        defer { readOnly.close() }
        #expect(await code { try await readOnly.read { try $0.run("SELECT 1") } } == .unavailable)
    }

    @Test("a host that says nothing is left for the next one")
    func silentHosts() async throws {
        let server = try PostgresServer.shared.get()
        // It takes connections, but no packets after the first ones; and then not even those.
        let silent = try ListeningSocket(port: FreePorts.next())
        defer { silent.close() }
        let port = silent.port
        let database = try PostgresDatabase(
            PostgresURL("postgres://ostiary@127.0.0.1:\(port),127.0.0.1:\(server.port)/postgres?sslmode=disable")
        )
        defer { database.close() }
        let start = ContinuousClock.now
        try await eventually(20) { await code { try await database.read { try $0.run("SELECT 1") } } == nil }
        figure("the second host is used after", seconds: seconds(since: start))
        #expect(await code { try await database.write { try $0.execute("SELECT 1") } } == nil)
    }

    @Test("a server that is not durable is refused")
    func notDurable() async throws {
        let server = try PostgresServer.shared.get()
        let name = try server.makeDatabase()
        try server.query("ALTER DATABASE \(name) SET synchronous_commit = off")
        let database = try server.open(name)
        defer { database.close() }
        let error = await #expect(throws: SQLError.self) { try await database.read { try $0.run("SELECT 1") } }
        #expect(error?.code == .notDurable)
        #expect(error?.description.contains("synchronous_commit") == true)
    }

    @Test("fsync = off is a warning")
    func noFsync() async throws {
        let server = try PostgresServer(["fsync=off"])
        let warnings = Mutex<[String]>([])
        let database = try PostgresDatabase(
            PostgresURL(server.url()), onWarning: { text in warnings.withLock { $0.append(text) } }
        )
        defer { database.close() }
        _ = try await database.read { try $0.run("SELECT 1") }
        #expect(warnings.withLock { $0.count } == 1)
    }

    @Test("a database that cannot keep every text is refused")
    func encoding() async throws {
        let server = try PostgresServer.shared.get()
        let name = try server.makeDatabase(copying: "template0", "ENCODING 'SQL_ASCII' LOCALE 'C'")
        let database = try server.open(name)
        defer { database.close() }
        #expect(await code { try await database.read { try $0.run("SELECT 1") } } == .cannotOpen)
    }

    @Test("addresses are compared as ever where I and i are two letters")
    func turkish() async throws {
        let server = try PostgresServer.shared.get()
        let name = try server.makeDatabase(copying: "template0", "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'")
        #expect(try server.query("SELECT lower('I')", in: name) == "ı")
        let database = try server.open(name)
        defer { database.close() }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 1))
        let conformance = try #require(StoreConformance.cases.first { $0.name.contains("compared without case") })
        try await conformance.run(on: Stores(database))
    }
}
