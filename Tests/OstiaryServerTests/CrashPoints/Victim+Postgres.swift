// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

extension Victim {
    /// What a server sends to PostgreSQL for requests. It has to have one connection for them.
    static func statements(of server: ServerProcess, to postgres: PostgresServer, _ database: String) -> Victim {
        Victim(
            processes: { try [server.requiredPID] },
            files: { try [socket(port: session(postgres, database, "client_port"))] }, calls: ["sendto"],
            mayHide: { _, _ in false }, revive: server.revive
        )
    }

    /// What PostgreSQL writes itself while it serves those statements. A fault there may be its crash.
    static func session(of server: ServerProcess, in postgres: PostgresServer, _ database: String) -> Victim {
        Victim(
            processes: { try [Int32(session(postgres, database, "pid"))] }, calls: writes.filter { $0 != "write" },
            // A commit that cannot be looked up in time.
            mayHide: { _, _ in true }, revive: { _ in try waitUntilReady(server, postgres) }
        )
    }

    /// The syncs of the tables' files into which PostgreSQL moves its log. Its writes there are many and all alike.
    static func checkpointer(of server: ServerProcess, in postgres: PostgresServer) -> Victim {
        let pid = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
        return Victim(
            processes: { try [postgres.query(pid)].compactMap { Int32($0) } }, calls: ["fsync", "fdatasync"],
            followsCommit: true, mayHide: { _, _ in false }, revive: { _ in try waitUntilReady(server, postgres) }
        )
    }

    /// A column of the one session that is not the listening one.
    private static func session(_ postgres: PostgresServer, _ database: String, _ column: StaticString) throws -> Int {
        let query = """
            SELECT \(column) FROM pg_stat_activity
            WHERE datname = '\(database)' AND application_name = 'ostiary'
            AND query NOT LIKE 'BEGIN; SET LOCAL%' AND query NOT LIKE 'LISTEN%'
            """
        let found: Int? = try waitUntil(10) { try Int(postgres.query(query)) }
        guard let found else { throw Failure("not one session: \(try postgres.query(query))") }
        return found
    }

    /// The socket whose own end has that port of the loopback, as `/proc` names it.
    private static func socket(port: Int) throws -> String {
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let end = "0100007F:" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        // The kernel gives that file a page at a time, with short reads.
        let sockets = try CommandResult("/bin/cat", ["/proc/net/tcp"]).stdout
        let line = sockets.split(separator: "\n").map { $0.split(separator: " ") }
            .first { $0.count > 9 && $0[1] == end }
        guard let line else { throw Failure("no socket of port \(port)") }
        return "socket:[\(line[9])]"
    }

    private static func waitUntilReady(_ server: ServerProcess, _ postgres: PostgresServer) throws {
        guard server.isRunning else { throw Failure("the server ended: \(server.output.suffix(500))") }
        let isReady: Bool? = waitUntil(20) {
            (try? postgres.query("SELECT 1")) == "1" && WireClient.readiness(server.port) == 200 ? true : nil
        }
        guard isReady == true else { throw Failure("not ready again: \(postgres.log.suffix(500))") }
    }
}
