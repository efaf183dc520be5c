// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The service in `Tests/OstiaryServerTests/Takeover/Django` under real Django and gunicorn.
package final class DjangoService: Sendable {
    /// The version of Django.
    package enum Version: String, CaseIterable, Sendable { case v51 = "5.1", v52 = "5.2" }

    /// In what a service differs from the plain one; `settings.py` says more.
    package enum Option: String, Sendable {
        case guarded = "TAKEOVER_GUARDED"
        case later = "TAKEOVER_LATER"
        case bare = "TAKEOVER_BARE"
        case deferred = "TAKEOVER_DEFERRED"
    }

    package let port: UInt16
    package let directory: TemporaryDirectory
    package let rounds: Int?
    private let python: String
    private let variables: [String: String]
    private let workers: Int
    private let state: Mutex<State>

    private struct State {
        var options: Set<Option>
        var process: ChildProcess?
        var worker: PythonWorker?
    }

    /// - Parameters:
    ///   - database: the path of a SQLite file, or the URL of a PostgreSQL database.
    ///   - key: of the access tokens.
    ///   - rounds: of PBKDF2; nil for those of this Django.
    ///   - workers: processes of gunicorn, each of which answers one request at a time.
    package init(
        _ version: Version = .v52, on database: String, key: String, redis: RedisServer? = nil,
        rounds: Int? = 1_000, workers: Int = 2, _ options: Set<Option> = []
    ) throws {
        python = try Self.interpreter(version)
        port = try FreePorts.next()
        directory = try TemporaryDirectory()
        self.rounds = rounds
        self.workers = workers
        var variables = [
            "TAKEOVER_DATABASE": database, "TAKEOVER_KEY": key, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
            "HOME": directory.path,
        ]
        if let rounds { variables["TAKEOVER_ROUNDS"] = "\(rounds)" }
        if let redis { variables["TAKEOVER_REDIS"] = "\(redis.url)?db=0" }
        self.variables = variables
        state = Mutex(State(options: options))
    }

    private var environment: [String: String] {
        state.withLock { $0.options }.reduce(into: variables) { $0[$1.rawValue] = "1" }
    }

    /// Everything that gunicorn and the service printed.
    package var log: String { text(ofFile: directory.file("gunicorn.log")) }

    /// Starts gunicorn and waits until it answers.
    package func start() throws {
        let log = directory.file("gunicorn.log")
        let process = try ChildProcess(
            python,
            [
                "-m", "gunicorn", "wsgi:application", "--pythonpath", Self.folder, "--bind", "127.0.0.1:\(port)",
                "--workers", "\(workers)", "--preload", "--timeout", "60", "--no-control-socket", "--worker-tmp-dir",
                directory.path,
            ], environment: environment, output: log, errors: log)
        state.withLock { $0.process = process }
        let isReady: Bool? = waitUntil(60, every: 20_000) {
            if process.exit() != nil { return false }
            return Self.children(process).count == workers && answers() ? true : nil
        }
        guard isReady == true else { throw Failure("gunicorn does not start: \(self.log.suffix(2000))") }
    }

    private func answers() -> Bool {
        guard let descriptor = try? Loopback.socket() else { return false }
        defer { close(descriptor) }
        return Loopback.withAddress(port) { connect(descriptor, $0, $1) } == 0
    }

    /// The same service with other options, from the next start on.
    package func change(_ options: Set<Option>) { state.withLock { $0.options = options } }

    /// Ends gunicorn after the requests that are under way.
    package func stop() {
        let process = state.withLock { $0.process }
        process?.send(signal: SIGTERM)
        if process?.exit(within: 40) == nil { kill() }
    }

    /// SIGKILL for gunicorn and its workers.
    package func kill() {
        guard let process = state.withLock({ $0.process }) else { return }
        // The first one would start others in place of those.
        process.send(signal: SIGSTOP)
        let children = Self.children(process)
        process.killNow()
        for pid in children { Glibc.kill(pid, SIGKILL) }
        let isGone: Bool? = waitUntil(20) { children.allSatisfy { access("/proc/\($0)", F_OK) != 0 } ? true : nil }
        if isGone == nil { print("gunicorn leaves processes behind: \(children)") }
    }

    private static func children(_ process: ChildProcess) -> [Int32] {
        text(ofFile: "/proc/\(process.pid)/task/\(process.pid)/children").split(separator: " ").compactMap { Int32($0) }
    }

    /// Runs `manage.py` to its end in a process of its own; `exit` is nil when it took too long.
    package func manage(_ arguments: String..., within seconds: Double = 120) throws -> CommandResult {
        try CommandResult(
            python, ["\(Self.folder)/manage.py"] + arguments, environment: environment, within: seconds)
    }

    /// Makes or changes the tables.
    package func migrate() throws {
        let result = try manage("migrate", "--verbosity", "0")
        guard result.exit == .code(0) else { throw Failure("migrate: \(result.stderr.suffix(2000))") }
    }

    /// Runs Python that knows what `at_hand.py` has, as a shell of Django would.
    /// - Returns: the `repr` of the expression, `None` for statements.
    /// - Throws: ``Failure`` with the type and text of a Python exception.
    @discardableResult
    package func evaluate(_ source: String) throws -> String {
        let worker =
            try state.withLock { $0.worker } ?? PythonWorker(python, project: Self.folder, environment: environment)
        state.withLock { $0.worker = worker }
        return try worker.evaluate(source)
    }

    deinit { kill() }

    private static let tests = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    private static let folder = "\(tests)/OstiaryServerTests/Takeover/Django"

    /// Made at first need; that takes some seconds and the network, later it is there.
    private static func interpreter(_ version: Version) throws -> String {
        let made = try CommandResult(
            "\(tests)/../Scripts/takeover-environment", [version.rawValue],
            environment: Executable.inheritedEnvironment, within: 300)
        guard made.exit == .code(0) else { throw Failure("no environment with Django: \(made.stderr.suffix(2000))") }
        return String(made.stdout.prefix { $0 != "\n" })
    }
}
