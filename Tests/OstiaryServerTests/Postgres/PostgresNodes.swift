// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// Servers on one PostgreSQL, as on machines of their own: they share the database and the key, and nothing else.
struct PostgresNodes {
    let postgres: PostgresServer
    let database: String
    let servers: [ServerProcess]

    init(_ count: Int, on postgres: PostgresServer, logLevel: String = "info") throws {
        self.postgres = postgres
        let database = try postgres.makeDatabase()
        self.database = database
        servers = try (0..<count).map { _ in
            try ServerProcess(["--database-url", postgres.url(database)], logLevel: logLevel)
        }
    }

    var url: String { postgres.url(database) }

    /// A command line on a machine that has no server.
    func command(_ arguments: [String]) throws -> CommandResult {
        try runCommand(arguments + ["--database-url", url])
    }

    /// Waits until every server uses its memory.
    func waitForLeases() throws {
        for server in servers {
            let held: Bool? = try waitUntil(10) {
                let text = try WireClient(port: server.port).exchange(WireRequest("GET", "/readyz")).text
                return text.contains("degraded") ? nil : true
            }
            guard held == true else { throw Failure("no lease: \(server.output.suffix(1000))") }
        }
    }

    func terminate() -> Bool { servers.allSatisfy { $0.terminate() == .code(0) } }
}
