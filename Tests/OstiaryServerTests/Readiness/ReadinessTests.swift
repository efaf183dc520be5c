// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `GET /readyz` of a server whose database answers, but keeps no writes.
    @Suite struct ReadinessOfWrites {
        /// Waits until the server is or is not ready, and says why.
        private func wait(_ status: Int, _ words: String, _ server: ServerProcess) throws {
            var last: WireAnswer?
            let start = ContinuousClock.now
            let isReached: Bool? = try waitUntil(20, every: 50_000) {
                last = try WireClient(port: server.port).exchange(WireRequest("GET", "/readyz"))
                return last?.status == status ? true : nil
            }
            figure("readiness: \(words) after", seconds: seconds(since: start))
            #expect(isReached == true, "\(String(describing: last))")
            #expect(last?.member("database") == words)
        }

        @Test("a full disk turns it 503, without a request that writes, and room turns it back")
        func fullDisk() throws {
            guard let disk = try SmallDisk(megabytes: 8) else {
                return print("not root, or no mounts allowed: no full disk tried")
            }
            #expect(mkdir("\(disk.path)/data", 0o700) == 0)
            let server = try ServerProcess(["--database-url", "sqlite:\(disk.path)/data/ostiary.sqlite3"])
            let client = WireClient(port: server.port)
            let (email, _) = try client.newSession()
            let ballast = Ballast("\(disk.path)/ballast")
            try ballast.fill()
            try wait(503, "cannot write: the disk is full", server)
            #expect(try client.login(email).status == 503)
            var statuses: Set<Int> = []
            for _ in 0..<60 {
                statuses.insert(WireClient.readiness(server.port) ?? 0)
                pause(0.05)
            }
            #expect(statuses == [503])
            let asked = try server.command(["check", "--ready", "--port", "\(server.port)"])
            #expect(asked.exit == .code(1) && asked.stdout.hasPrefix(#"{"status":"not ready","#), "\(asked)")
            #expect(try client.exchange(WireRequest("GET", "/healthz")).status == 200)
            ballast.remove()
            try wait(200, "ok", server)
            #expect(try client.login(email).status == 200)
            #expect(server.terminate() == .code(0))
            #expect(server.output.ranges(of: "the database keeps no writes").count == 1)
            #expect(server.output.contains("the disk or the database is full"))
            #expect(server.output.ranges(of: "the database keeps writes again").count == 1)
        }

        @Test("any number of requests share one write in five seconds")
        func shared() throws {
            let server = try ServerProcess()
            let log = server.dataDirectory + "/ostiary.sqlite3-wal"
            let (before, start) = (size(of: log), ContinuousClock.now)
            try parallel(4) { _ in
                let client = WireClient(port: server.port)
                for _ in 0..<100 {
                    guard try client.exchange(WireRequest("GET", "/readyz")).status == 200 else {
                        throw Failure("not ready")
                    }
                }
            }
            let most = 1 + Int(seconds(since: start) / 5)
            // A frame of the log is a page of 4 KiB behind 24 bytes.
            let frames = (size(of: log) - before) / 4_120
            figure("writes of 400 readiness requests", frames)
            #expect(frames <= most)
            let later: Bool? = waitUntil(20, every: 100_000) {
                _ = WireClient.readiness(server.port)
                return size(of: log) > before ? true : nil
            }
            #expect(later == true, "no write is made at all")
            #expect(server.terminate() == .code(0))
        }

        private func size(of path: String) -> Int {
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_size) : 0
        }

        @Test("a role that may not write turns it 503, and its rights turn it back")
        func rights() throws {
            let postgres = try PostgresServer.shared.get()
            let database = try postgres.makeDatabase()
            #expect(try runCommand(["migrate", "--database-url", postgres.url(database)]).exit == .code(0))
            let role = "writer_of_\(database)"
            try postgres.query("CREATE ROLE \(role) LOGIN")
            let all = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
            try postgres.query("GRANT \(all) TO \(role)", in: database)
            try postgres.query("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO \(role)", in: database)
            let server = try ServerProcess(["--database-url", postgres.url(database, "&user=\(role)")])
            try postgres.query("REVOKE INSERT ON ostiary_session FROM \(role)", in: database)
            try wait(503, "cannot write: the role lacks rights", server)
            #expect(server.output.contains("ostiary_session (INSERT)"))
            try postgres.query("GRANT INSERT ON ostiary_session TO \(role)", in: database)
            try wait(200, "ok", server)
            #expect(try WireClient(port: server.port).newSession().tokens.access.isEmpty == false)
            #expect(server.terminate() == .code(0))
        }

        @Test("a disk of PostgreSQL on which tables cannot grow turns it 503, and room turns it back")
        func fullTablespace() throws {
            guard let disk = try SmallDisk(megabytes: 24) else {
                return print("not root, or no mounts allowed: no full disk tried")
            }
            let postgres = try PostgresServer()
            try postgres.query("CREATE TABLESPACE small LOCATION '\(disk.path)'")
            let database = try postgres.makeDatabase(copying: "template1", "TABLESPACE small")
            let server = try ServerProcess(["--database-url", postgres.url(database)])
            let client = WireClient(port: server.port)
            var tokens = try client.newSession().tokens
            let ballast = Ballast("\(disk.path)/ballast")
            try ballast.fill()
            // Pages that exist have some room.
            var refused: WireAnswer?
            for _ in 0..<3_000 where refused == nil {
                let answer = try client.refresh(tokens.refresh)
                if answer.status == 200 { tokens = try Tokens(answer) } else { refused = answer }
            }
            #expect(refused?.status == 503)
            try wait(503, "cannot write: the disk is full", server)
            pause(1.2)
            try wait(503, "cannot write: the disk is full", server)
            ballast.remove()
            try wait(200, "ok", server)
            #expect(try client.refresh(tokens.refresh).status == 200)
            #expect(server.terminate() == .code(0))
        }

        @Test("commits that nobody answers turn it 503: a synchronous standby is missing")
        func standbyMissing() throws {
            let postgres = try PostgresServer()
            let server = try ServerProcess(["--database-url", postgres.url(try postgres.makeDatabase())])
            try postgres.query("ALTER SYSTEM SET synchronous_standby_names = 'missing'")
            try postgres.query("SELECT pg_reload_conf()")
            try wait(503, "cannot write: commits are not answered in time", server)
            try postgres.query("ALTER SYSTEM RESET ALL")
            try postgres.query("SELECT pg_reload_conf()")
            try wait(200, "ok", server)
            #expect(server.terminate() == .code(0))
        }

        @Test("a server that gets no time does not answer, and is ready when it goes on")
        func stopped() throws {
            let server = try ServerProcess()
            server.send(signal: SIGSTOP)
            let client = WireClient(port: server.port, timeout: 0.5)
            #expect((try? client.exchange(WireRequest("GET", "/readyz"))) == nil)
            // Longer than the lease of the memory.
            pause(1.5)
            server.send(signal: SIGCONT)
            try wait(200, "ok", server)
            #expect(server.terminate() == .code(0))
        }
    }
}

/// A file that takes all the room of a disk.
private struct Ballast {
    private let path: String

    init(_ path: String) { self.path = path }

    func fill() throws {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure("no ballast: errno \(errno)") }
        defer { close(file) }
        for size in [65_536, 4_096, 512, 1] {
            let zeros = [UInt8](repeating: 0, count: size)
            while write(file, zeros, size) > 0 {}
        }
        guard errno == ENOSPC else { throw Failure("the disk is not full: errno \(errno)") }
    }

    func remove() { unlink(path) }
}
