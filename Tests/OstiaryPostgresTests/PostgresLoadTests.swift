// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Figures only: what a machine does is no rule.
@Suite("Load on PostgreSQL", .onItsOwnThread)
struct PostgresLoadTests {
    @Test("64 tasks")
    func load() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        try server.query("INSERT INTO ostiary_setting SELECT n::text, 'x', 0 FROM generate_series(1, 1000) n", in: name)
        let database = try server.open(name)
        defer { database.close() }
        try await measure("reads") { number in
            _ = try await database.read {
                try $0.run("SELECT value FROM ostiary_setting WHERE name = \(String(number % 1_000 + 1))").count
            }
        }
        try await measure("writes") { number in
            _ = try await database.write {
                try $0.execute("UPDATE ostiary_setting SET value = 'y' WHERE name = \(String(number % 1_000 + 1))")
            }
        }
    }

    private func measure(_ what: String, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<64 {
                group.addTask { for step in 0..<50 { try await body(task * 50 + step) } }
            }
            try await group.waitForAll()
        }
        figure("PostgreSQL, \(what) a second", Int(3_200 / seconds(since: start)))
    }
}
