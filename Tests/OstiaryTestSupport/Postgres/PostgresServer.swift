// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Synchronization

/// A PostgreSQL of the test's own: a fresh cluster on a unix socket and a free port, gone with this value.
///
/// Its settings are odd where that must not matter: time zone, date style, text form of bytes.
package final class PostgresServer: Sendable {
    package enum Stop: Int32 {
        /// Takes no new session, and waits for the end of those that are open.
        case smart = 15
        /// Ends every session, and then in order.
        case fast = 2
        /// As a crash does; the next start recovers.
        case immediate = 3
    }

    package let directory: TemporaryDirectory
    package let port: UInt16
    private let programs: String
    private let arguments: [String]
    private let child: Mutex<ChildProcess?> = Mutex(nil)
    private let databases = Atomic<Int>(0)

    /// Makes the cluster and starts it.
    /// - Parameters:
    ///   - settings: as in `max_connections=20`.
    ///   - primary: of which this one is a hot standby.
    package init(_ settings: [String] = [], standbyOf primary: PostgresServer? = nil) throws {
        programs = try Self.programs.get()
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        try Self.giveAway(directory.path)
        let defaults = [
            "unix_socket_directories=\(directory.path)", "listen_addresses=127.0.0.1", "port=\(port)", "fsync=on",
            "timezone=Asia/Kathmandu", "datestyle=German,DMY", "bytea_output=escape", "max_connections=300",
            "shared_buffers=32MB", "log_statement=none", "logging_collector=off",
        ]
        arguments =
            ["\(programs)/postgres", "-D", directory.file("data")] + (defaults + settings).flatMap { ["-c", $0] }
        if let primary {
            let place = ["-h", primary.directory.path, "-p", "\(primary.port)", "-U", "ostiary"]
            try Self.run(["\(programs)/pg_basebackup", "-R", "-c", "fast", "-D", directory.file("data")] + place)
        } else {
            try Self.run(["/bin/cp", "-a", Self.fresh.get().file("data"), directory.file("data")])
        }
        try start()
    }

    /// A cluster as initdb leaves it, which takes more than a second.
    private static let fresh = Result {
        let directory = try TemporaryDirectory()
        try giveAway(directory.path)
        try run(
            [
                "\(try programs.get())/initdb", "-D", directory.file("data"), "-U", "ostiary", "-A", "trust", "-E",
                "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]
        )
        return directory
    }

    private static func run(_ command: [String]) throws {
        let command = runner + command
        let made = try CommandResult(
            command[0], Array(command.dropFirst()), environment: ["LC_ALL": "C.UTF-8"], within: 60
        )
        guard made.exit == .code(0) else { throw Failure("\(command): \(made.stderr.suffix(1000))") }
    }

    /// The one for tests that leave it as it was.
    package static let shared = Result { try PostgresServer() }

    /// The URL of a database, over the unix socket.
    package func url(_ database: String = "postgres", _ parameters: String = "") -> String {
        "postgres://ostiary@/\(database)?host=\(directory.path)&port=\(port)\(parameters)"
    }

    /// The same over TCP, perhaps through a proxy.
    package func tcpURL(_ database: String = "postgres", port: UInt16? = nil, _ parameters: String = "") -> String {
        "postgres://ostiary@127.0.0.1:\(port ?? self.port)/\(database)?sslmode=disable\(parameters)"
    }

    /// Makes an empty database, or a copy of one that nobody is connected to.
    /// - Returns: its name.
    package func makeDatabase(copying template: String = "template1", _ options: String = "") throws -> String {
        let name = "test_\(databases.wrappingAdd(1, ordering: .relaxed).newValue)"
        try query("CREATE DATABASE \(name) TEMPLATE \(template) \(options)")
        return name
    }

    /// Runs SQL by psql, so not through the code under test. `DROP DATABASE` waits for a checkpoint of the whole server.
    /// - Returns: unaligned rows, without the last line's end.
    @discardableResult
    package func query(_ sql: String, in database: String = "postgres", within seconds: Double = 60) throws -> String {
        let result = try CommandResult(
            "\(programs)/psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url(database), "-c", sql],
            environment: ["LC_ALL": "C.UTF-8"], within: seconds
        )
        guard result.exit == .code(0) else { throw Failure("psql: \(result.stderr.suffix(500))") }
        return String(result.stdout.drop { $0.isNewline }.reversed().drop { $0.isNewline }.reversed())
    }

    /// A session that keeps its connection, from when one is free until its process is killed.
    package func holdSession(in database: String, as role: String) throws -> ChildProcess {
        let output = directory.file("sessions.log")
        let script =
            "until '\(programs)/psql' -Xq -d '\(url(database, "&user=\(role)&application_name=other"))'"
            + " -c 'SELECT pg_sleep(600)'; do sleep 0.02; done"
        return try ChildProcess(
            "/usr/bin/setpriv", ["--pdeathsig", "KILL", "/bin/sh", "-c", script], environment: ["LC_ALL": "C.UTF-8"],
            output: output, errors: output
        )
    }

    /// Runs one of PostgreSQL's own programs.
    package func run(_ program: String, _ arguments: [String]) throws {
        let result = try CommandResult("\(programs)/\(program)", arguments, environment: ["LC_ALL": "C.UTF-8"])
        guard result.exit == .code(0) else { throw Failure("\(program): \(result.stderr.suffix(500))") }
    }

    package var log: String { text(ofFile: directory.file("postgres.log")) }

    /// Starts the server on what is in its directory.
    package func start() throws {
        let log = directory.file("postgres.log")
        let runner = Self.runner + arguments
        let started = try ChildProcess(
            runner[0], Array(runner.dropFirst()), environment: ["LC_ALL": "C.UTF-8"], output: log, errors: log
        )
        child.withLock { $0 = started }
        _ = stopLivingAtExit
        living.withLock { _ = $0.insert(started.pid) }
        let isReady: Bool? = try waitUntil(30, every: 20_000) {
            if started.exit() != nil { return false }
            let asked = try CommandResult("\(programs)/pg_isready", ["-h", directory.path, "-p", "\(port)", "-q"])
            return asked.exit == .code(0) ? true : nil
        }
        guard isReady == true else { throw Failure("postgres does not start: \(self.log.suffix(1000))") }
    }

    /// Begins to stop, without waiting for the end.
    package func beginStop(_ mode: Stop) { child.withLock { $0 }?.send(signal: mode.rawValue) }

    /// Sets the lines of `pg_hba.conf`.
    package func admit(_ lines: [String]) throws {
        let text = lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(filePath: directory.file("data/pg_hba.conf")))
        try query("SELECT pg_reload_conf()")
    }

    package func stop(_ mode: Stop = .fast) {
        guard let child = child.withLock({ $0 }) else { return }
        child.send(signal: mode.rawValue)
        if child.exit(within: 20) == nil { child.killNow() }
        living.withLock { _ = $0.remove(child.pid) }
    }

    /// Hangs with all its processes, as a machine does that gets no time.
    package func pause() { send(signal: SIGSTOP) }

    package func resume() { send(signal: SIGCONT) }

    private func send(signal: Int32) {
        guard let child = child.withLock({ $0 }), child.exit() == nil else { return }
        // New sessions begin in the first, so that stops first and goes on last.
        if signal == SIGSTOP { child.send(signal: signal) }
        for pid in children { Glibc.kill(pid, signal) }
        if signal != SIGSTOP { child.send(signal: signal) }
    }

    /// The server's processes but the first.
    package var children: [Int32] {
        guard let pid = child.withLock({ $0?.pid }) else { return [] }
        return text(ofFile: "/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
    }

    /// SIGKILL for one of the server's processes: the server ends every other session and recovers.
    package func killBackend(_ pid: Int32) {
        if children.contains(pid) { Glibc.kill(pid, SIGKILL) }
    }

    deinit {
        resume()
        stop(.immediate)
    }

    // MARK: - Where and as whom

    private static let programs = Result {
        let root = "/usr/lib/postgresql"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = names.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
        guard let newest, access("\(newest)/initdb", X_OK) == 0 else {
            throw Failure("PostgreSQL is not installed: apt-get install postgresql")
        }
        return newest
    }

    /// PostgreSQL refuses to run as root.
    private static let user: String? = {
        guard geteuid() == 0 else { return nil }
        return ["postgres", "nobody"].first { getpwnam($0) != nil }
    }()

    package static let runner: [String] =
        user.map { ["/usr/bin/setpriv", "--reuid", $0, "--clear-groups", "--"] } ?? ["/usr/bin/env"]

    /// To the user that the server runs as.
    package static func giveAway(_ path: String) throws {
        guard let user else { return }
        guard let entry = getpwnam(user), chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
            throw Failure("cannot chown \(path): errno \(errno)")
        }
    }
}

/// Servers in static storage. A killed one would leave its processes and a piece of shared memory behind, so they are
/// stopped as in a crash; this handler was registered later than that of the processes, so it runs before.
private let living = Mutex<Set<pid_t>>([])
private let stopLivingAtExit: Void = {
    atexit {
        living.withLockIfAvailable { processes in
            for pid in processes { kill(pid, SIGQUIT) }
            for pid in processes {
                var information = siginfo_t()
                for _ in 0..<300 {
                    let flags = WEXITED | WNOHANG | WNOWAIT
                    guard waitid(P_PID, id_t(pid), &information, flags) == 0, information.si_signo == 0 else { break }
                    usleep(10_000)
                }
            }
        }
    }
}()
