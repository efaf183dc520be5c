// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    @Suite struct ConnectionCount {
        @Test("a node holds as many connections as it was told, and the one that listens; the migrations' is closed")
        func count() throws {
            let postgres = try PostgresServer.shared.get()
            let database = try postgres.makeDatabase()
            let server = try ServerProcess(["--database-url", postgres.url(database), "--database-connections", "1"])
            _ = try WireClient(port: server.port).newSession()
            let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database)'"
            _ = try waitUntil(5) { try postgres.query(query) == "2" ? true : nil }
            #expect(try postgres.query(query) == "2")
            #expect(server.terminate() == .code(0))
        }
    }
}
