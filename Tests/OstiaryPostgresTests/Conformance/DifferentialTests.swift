// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// The same calls on memory, SQLite and PostgreSQL.
@Suite("Stores compared", .serialized, .onItsOwnThread)
struct DifferentialTests {
    private static let firstSeed = SeededGenerator.printedSeed("differential")
    private let operations = 2_000
    private static let seeds = (0..<UInt64(TestScale.count(20))).map { firstSeed &+ $0 }

    @Test("give the same answers")
    func sameAnswers() async throws {
        var seen: [String: Int] = [:]
        for seed in Self.seeds {
            let storage = try await Storages()
            defer { storage.close() }
            do {
                try await seen.merge(differential(seed).run(on: storage.stores), uniquingKeysWith: +)
            } catch {
                Issue.record(error, "seed \(seed)")
            }
        }
        // A rare answer may be missing from one run, and is seen often enough in all of them.
        for (word, number) in ["opened": 30, "userChanged": 30, "rotated": 10, "replayed": 3, "refused": 100] {
            #expect(
                seen[word, default: 0] * 2_000 >= number * operations * Self.seeds.count,
                "\(word) is hardly ever answered: \(seen)")
        }
    }

    /// A comparison that cannot fail says nothing.
    @Test("differ where a fault is planted", arguments: 0..<3)
    func plantedFault(place: Int) async throws {
        let storage = try await Storages()
        defer { storage.close() }
        var stores = storage.stores
        stores[place].stores = stores[place].stores.forgettingReplays
        var failures = 0
        do { try await differential(7, operations: 600).run(on: stores) } catch { failures += 1 }
        #expect(failures == 1, "the comparison")
        for conformance in StoreConformance.cases where conformance.name.contains("replay ends the session") {
            // On a storage that has rows by now every case would fail; this one is to fail for the fault.
            let fresh = try await Storages()
            defer { fresh.close() }
            try await conformance.run(on: fresh.stores[place].stores)
            do { try await conformance.run(on: fresh.stores[place].stores.forgettingReplays) } catch { failures += 1 }
        }
        #expect(failures == 2, "the cases")
    }

    private func differential(_ seed: UInt64, operations: Int? = nil) -> StoreDifferential {
        var generator = SeededGenerator(seed: seed)
        return StoreDifferential(operations: operations ?? self.operations, using: &generator)
    }
}

/// One empty storage of each sort.
private struct Storages {
    let stores: [(name: String, stores: Stores)]
    private let folder: TemporaryDirectory
    private let sqlite: SQLiteDatabase
    private let postgres: PostgresDatabase

    init() async throws {
        folder = try TemporaryDirectory()
        sqlite = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"))
        try await Migrator(sqlite, Schema().migrations).migrate(now: Timestamp(seconds: 1))
        let server = try PostgresServer.shared.get()
        postgres = try server.open(try await server.migrated(), .unhurried)
        let memory = MemoryStorage()
        stores = [
            (
                "memory",
                Stores(
                    accounts: memory, sessions: memory, passwords: memory, settings: memory, journal: memory,
                    keys: memory,
                    audit: memory, permissions: memory, setup: memory, outbox: memory,
                    links: memory)
            ),
            ("SQLite", Stores(sqlite)), ("PostgreSQL", Stores(postgres)),
        ]
    }

    func close() {
        sqlite.close()
        postgres.close()
    }
}

extension Stores {
    /// The same, with the fault that a spent token is just refused.
    fileprivate var forgettingReplays: Stores {
        Stores(
            accounts: accounts, sessions: ForgettingReplays(store: sessions), passwords: passwords,
            settings: settings, journal: journal,
            keys: keys, audit: audit, permissions: permissions, setup: setup,
            outbox: outbox, links: links
        )
    }
}

private struct ForgettingReplays: ForwardingSessionStore {
    let store: any SessionStore

    func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        let outcome = try await store.rotate(rotation, in: context)
        if case .replayed = outcome { return .refused }
        return outcome
    }
}
