// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Benchmarks {
    /// What the sessions of others cost a refresh.
    @Test("a refresh among a million sessions takes less than twice as long as one alone", arguments: [false, true])
    func crowd(onPostgres: Bool) async throws {
        let count = 1_000_000
        let name = "refresh among \(count) sessions on \(onPostgres ? "PostgreSQL" : "SQLite")"
        let postgres = onPostgres ? try PostgresServer() : nil
        let database = try postgres?.makeDatabase()
        let arguments = database.flatMap { postgres?.url($0) }.map { ["--database-url", $0] } ?? []
        let server = try ServerProcess(arguments, logLevel: "warning")
        let user = try WireClient(port: server.port).enrol("crowd@mail.example")
        try measure(server)
        let alone = try measure(server)
        #expect(server.terminate() == .code(0))

        let start = ContinuousClock.now
        if let postgres, let database {
            try fill(postgres, database, user, count)
        } else {
            try await fill("\(server.dataDirectory)/ostiary.sqlite3", user, count)
        }
        figure("\(name): loaded in", seconds: seconds(since: start))
        try server.start()
        try measure(server)
        let among = try measure(server)
        #expect(server.terminate() == .code(0))
        alone.print("refresh alone on \(onPostgres ? "PostgreSQL" : "SQLite")")
        among.print(name)
        let ratio = among.quantile(0.5) / alone.quantile(0.5)
        figure("\(name) ÷ alone, medians", (ratio * 100).rounded() / 100)
        figure("\(name) ÷ alone, p99", (among.quantile(0.99) / alone.quantile(0.99) * 100).rounded() / 100)
        #expect(ratio < 2)
    }

    /// One client, so that what is measured is the work and not the queue.
    @discardableResult
    private func measure(_ server: ServerProcess) throws -> Distribution {
        let client = WireClient(port: server.port)
        var token = try client.tokens("crowd@mail.example").refresh
        var latencies = Distribution()
        for _ in 0..<2_000 {
            let start = ContinuousClock.now
            token = try Tokens(client.refresh(token)).refresh
            latencies.add(seconds(since: start))
        }
        return latencies
    }

    /// Live sessions of one user, each with its token; digests in no order, as real ones are.
    private func fill(_ path: String, _ user: Int, _ count: Int) async throws {
        let database = try SQLiteDatabase(path: path)
        defer { database.close() }
        let batch = 50_000
        for first in stride(from: 0, to: count, by: batch) {
            let numbers: SQLQuery = """
                INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                    WHERE i < \(Int64(min(batch, count - first))))
                SELECT randomblob(16), \(Int64(user)), 0, 0, 4000000000000000 FROM n
                """
            try await database.write {
                try $0.execute(numbers)
            } trace: { _ in
                nil
            }
        }
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_refresh_token (digest, session_id, issued_at, expires_at, purge_after)
                SELECT randomblob(32), id, 0, 4000000000000000, 4000000000000000 FROM ostiary_session
                WHERE last_used_at = 0
                """
            )
        } trace: { _ in
            nil
        }
    }

    private func fill(_ postgres: PostgresServer, _ database: String, _ user: Int, _ count: Int) throws {
        try postgres.query(
            """
            INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after)
            SELECT uuid_send(gen_random_uuid()), \(user), 0, 0, 4000000000000000 FROM generate_series(1, \(count));
            INSERT INTO ostiary_refresh_token (digest, session_id, issued_at, expires_at, purge_after)
            SELECT sha256(id), id, 0, 4000000000000000, 4000000000000000 FROM ostiary_session WHERE last_used_at = 0;
            ANALYZE
            """, in: database, within: 900)
    }
}
