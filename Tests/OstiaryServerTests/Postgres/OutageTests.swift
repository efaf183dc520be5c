// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// What clients see while PostgreSQL is away: 503, no wait over the deadline, nobody logged out.
    @Suite struct Outages {
        /// Answers must come by then: the deadline of a call, and some for a busy machine.
        private static let patience = 7.0

        /// - Parameters:
        ///   - refuses: whether clients must have noticed something.
        ///   - lasting: seconds between `begin` and `end`.
        private func outlive(
            _ name: String, _ postgres: PostgresServer, url: (String) -> String, refuses: Bool = true,
            lasting duration: Double, begin: (String) throws -> Void, end: (String) throws -> Void
        ) throws {
            let database = try postgres.makeDatabase()
            let address = url(database)
            #expect(try runCommand(["migrate", "--database-url", postgres.url(database)]).exit == .code(0))
            try postgres.query("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC", in: database)
            try postgres.query("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC", in: database)
            let server = try ServerProcess(["--database-url", address], logLevel: "warning")
            let watch = try OutageWatch(server)
            let kinds = OutageWatch.Kind.allCases
            var back = ContinuousClock.now
            let outcome = try parallelWithControl(kinds.count, { try watch.run(kinds[$0]) }) {
                defer { watch.stop() }
                pause(1)
                try begin(database)
                pause(duration)
                if refuses, duration > 3 {
                    #expect(WireClient.readiness(server.port) == 503)
                }
                try end(database)
                back = .now
                pause(3.5)
            }
            try outcome.get()
            for kind in kinds {
                guard let record = watch.records[kind] else { throw Failure("\(kind) was never answered") }
                let counts = record.statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                figure("\(name): \(kind)", counts.joined(separator: ", "))
                figure("\(name): \(kind), longest answer", seconds: record.longest)
                #expect(record.unexpected == [], "\(kind)")
                #expect(record.longest < Self.patience)
                if let recovered = record.recovered {
                    let after = (recovered - back) / .seconds(1)
                    figure("\(name): \(kind), served again after", seconds: max(0, after))
                    #expect(after < 2)
                } else {
                    #expect(record.lastRefusal == nil, "\(kind) is not served again")
                }
            }
            // One whose commit was not answered may wait through a short outage, and succeed.
            if refuses { #expect(watch.records.values.contains { $0.statuses[503] ?? 0 > 0 }, "there was no outage") }
            #expect(WireClient.readiness(server.port) == 200)
            #expect(!server.output.contains("Fatal"))
            #expect(server.terminate() == .code(0))
        }

        /// Runs clients on threads of their own and the control here.
        private func parallelWithControl(
            _ count: Int, _ client: @escaping @Sendable (Int) throws -> Void, _ control: () throws -> Void
        ) throws -> Result<Void, any Error> {
            let threads = try BackgroundThreads(count, client)
            let outcome = Result { try control() }
            try threads.join()
            return outcome
        }

        @Test("restarted in order")
        func restart() throws {
            let postgres = try PostgresServer()
            try outlive(
                "postgres restarted", postgres, url: { postgres.url($0) }, lasting: 2,
                begin: { _ in postgres.stop(.fast) }, end: { _ in try postgres.start() })
        }

        @Test("stopped as by a crash")
        func immediate() throws {
            let postgres = try PostgresServer()
            try outlive(
                "postgres stopped immediately", postgres, url: { postgres.url($0) }, lasting: 3.5,
                begin: { _ in postgres.stop(.immediate) }, end: { _ in try postgres.start() })
        }

        @Test("all its sessions killed")
        func backends() throws {
            let postgres = try PostgresServer()
            let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
            try outlive(
                "sessions killed", postgres, url: { postgres.url($0) }, refuses: false, lasting: 1,
                begin: { try postgres.query("\(kill) '\($0)'") }, end: { try postgres.query("\(kill) '\($0)'") })
        }

        @Test("stopped for ten seconds without a word")
        func hung() throws {
            let postgres = try PostgresServer()
            try outlive(
                "postgres hung", postgres, url: { postgres.url($0) }, lasting: 10,
                begin: { _ in postgres.pause() }, end: { _ in postgres.resume() })
        }

        @Test("no connection left")
        func full() throws {
            let postgres = try PostgresServer(["max_connections=14"])
            try postgres.query("CREATE ROLE app LOGIN")
            let others = Others(postgres)
            try outlive(
                "connections used up", postgres, url: { postgres.url($0, "&user=app") }, lasting: 4,
                begin: { database in
                    // Whoever loses its connection now gets no other one.
                    try others.take(20, of: database)
                },
                end: { _ in try others.leave() })
        }

        @Test("read-only, as a standby is")
        func readOnly() throws {
            let postgres = try PostgresServer()
            try outlive(
                "postgres read-only", postgres, url: { postgres.url($0) }, lasting: 4,
                begin: { _ in
                    try postgres.query("ALTER SYSTEM SET default_transaction_read_only = on")
                    try postgres.query("SELECT pg_reload_conf()")
                },
                end: { _ in
                    try postgres.query("ALTER SYSTEM RESET ALL")
                    try postgres.query("SELECT pg_reload_conf()")
                })
        }

        /// Other users of the same PostgreSQL.
        private final class Others {
            private let postgres: PostgresServer
            private var sessions: [ChildProcess] = []

            init(_ postgres: PostgresServer) { self.postgres = postgres }

            func take(_ count: Int, of database: String) throws {
                let kill = """
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = '\(database)' AND application_name <> 'other' AND pid <> pg_backend_pid()
                    """
                // Each waits for a place and then keeps it.
                for _ in 0..<count { sessions.append(try postgres.holdSession(in: database, as: "app")) }
                let isFull: Bool? = try waitUntil(10, every: 20_000) {
                    try postgres.query(kill)
                    let taken = try postgres.query(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'other'")
                    return Int(taken) ?? 0 >= 11 ? true : nil
                }
                guard isFull == true else { throw Failure("the connections are not used up") }
            }

            func leave() throws {
                for session in sessions { session.killNow() }
                sessions = []
                try postgres.query(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'other'")
            }
        }
    }
}
