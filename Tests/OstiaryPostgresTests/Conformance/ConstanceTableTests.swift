// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Settings in the table of django-constance on PostgreSQL", .serialized, .onItsOwnThread)
struct ConstanceTableTests {
    private func run(_ test: (PostgresDatabase, ConstanceTableStore) async throws -> Void) async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        try await database.write { _ = try $0.execute(SQLQuery(stringLiteral: ConstanceTable.creation)) }
        try await test(database, ConstanceTableStore(database: database))
    }

    @Test("changes notice each other", arguments: StoreConformance.settingRaceCases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        try await run { database, store in
            let storage = MemoryStorage()
            try await conformance.run(
                on: Stores(
                    accounts: storage, sessions: storage, passwords: storage, settings: store,
                    journal: SQLSettingsJournal(database: database), keys: storage,
                    audit: SQLAuditStore(database: database), permissions: storage, setup: storage, outbox: storage,
                    links: storage))
        }
    }

    /// Django takes no lock of ours, and its table may have no row yet.
    @Test("a change by Django at the same time is never overwritten unseen")
    func django() async throws {
        try await run { database, store in
            let setting = try Settings.named("SESSIONS_PER_USER")
            var told = 0
            for round in 0..<200 {
                let isFirst = round % 2 == 0
                let seen = SeenSetting(isFirst ? "100" : "50", of: setting)
                try await database.write { transaction in
                    try transaction.execute("DELETE FROM constance_constance")
                    guard !isFirst else { return }
                    let text = #"{"__type__": "default", "__value__": 50}"#
                    try transaction.execute(
                        "INSERT INTO constance_constance (key, value) VALUES ('SESSIONS_PER_USER', \(text))")
                }
                async let write = store.set(
                    "SESSIONS_PER_USER", to: 7, ifStill: seen, in: .test(by: .operator("somebody")))
                let text = #"{"__type__": "default", "__value__": 9}"#
                try await database.write { transaction in
                    try transaction.execute(
                        """
                        INSERT INTO constance_constance (key, value) VALUES ('SESSIONS_PER_USER', \(text))
                        ON CONFLICT (key) DO UPDATE SET value = excluded.value
                        """)
                }
                if case .changedMeanwhile = try await write { told += 1 }
                #expect(try await store.all()["SESSIONS_PER_USER"]?.shown == "9", "round \(round)")
            }
            print("django wrote first in \(told) of 200 rounds")
        }
    }
}
