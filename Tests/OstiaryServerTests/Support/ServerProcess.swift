// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Synchronization

/// A running `ostiary serve` with data of its own, reached only through sockets, signals and what it prints.
final class ServerProcess: Sendable {
    static let secretKey = "an-end-to-end-test-key-of-48-bytes-0123456789abcd"

    let port: UInt16
    let directory: TemporaryDirectory
    private let launcher: [String]
    private let arguments: [String]
    private let environment: [String: String]
    private let secretKey: String?
    private let status: @Sendable (UInt16) -> Int?
    private let child: Mutex<ChildProcess?> = Mutex(nil)

    /// Starts the server and waits until it is ready.
    /// - Parameters:
    ///   - extra: further arguments of `serve`.
    ///   - throttling: off for most tests, which send more from one address than a client would.
    ///   - environment: the whole environment of the process; `{port}` in a value is the port of the server.
    ///   - secretKey: nil for that of the data directory.
    ///   - launcher: a program that becomes the server, and its arguments.
    ///   - directory: where data and output go; a fresh one unless given.
    ///   - status: of `GET /readyz` at that port; nil while nobody answers.
    init(
        _ extra: [String] = [], throttling: Bool = false, environment: [String: String] = [:],
        logLevel: String = "info", secretKey: String? = ServerProcess.secretKey,
        directory: TemporaryDirectory? = nil, launcher: [String] = [],
        status: @escaping @Sendable (UInt16) -> Int? = WireClient.readiness
    ) throws {
        self.status = status
        self.secretKey = secretKey
        self.directory = try directory ?? TemporaryDirectory()
        port = try FreePorts.next()
        // Tests open more sessions of one account than a person would, too.
        let more = throttling ? [:] : ["OSTIARY_SESSIONS_PER_USER": "0"]
        let (all, port) = (environment.merging(more) { given, _ in given }, port)
        self.environment = all.mapValues { $0.replacing("{port}", with: "\(port)") }
        self.launcher = launcher
        arguments =
            [
                "serve", "--host", "127.0.0.1", "--port", "\(port)", "--data-dir", self.directory.file("data"),
                "--log-format", "json", "--log-level", logLevel,
                "--throttling", throttling ? "on" : "off",
            ] + (secretKey.map { ["--secret-key", $0] } ?? []) + extra
        try start()
    }

    var dataDirectory: String { directory.file("data") }
    var stdoutFile: String { directory.file("serve-\(port).out") }
    var stderrFile: String { directory.file("serve-\(port).err") }

    /// Everything printed so far, over restarts too.
    var output: String { text(ofFile: stdoutFile) + text(ofFile: stderrFile) }

    var pid: pid_t? { child.withLock { $0?.pid } }
    var isRunning: Bool { child.withLock { $0.map { $0.exit() == nil } ?? false } }

    /// Starts the process again on the same data and port, and waits for `GET /readyz`.
    func start(readyWithin seconds: Double = 30) throws {
        // The port was free when it was chosen; a connection of somebody else may have it for a moment.
        for _ in 0..<20 {
            do { return try startOnce(readyWithin: seconds) } catch let failure as Failure {
                guard failure.description.contains("Cannot listen on") else { throw failure }
                pause(0.5)
            }
        }
        try startOnce(readyWithin: seconds)
    }

    private func startOnce(readyWithin seconds: Double) throws {
        let command = try launcher + [OstiaryBinary.path()] + arguments
        let started = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: environment, output: stdoutFile, errors: stderrFile
        )
        child.withLock { $0 = started }
        let ready: Bool? = waitUntil(seconds, every: 5_000) {
            if started.exit() != nil { return false }
            return status(port) == 200 ? true : nil
        }
        guard ready == true else {
            started.killNow()
            throw Failure("server \(ready == nil ? "not ready in time" : "ended at once"): \(output.suffix(2000))")
        }
    }

    func send(signal: Int32) { child.withLock { $0 }?.send(signal: signal) }

    /// SIGTERM; the way the process ended, or nil when it did not within the time.
    func terminate(within seconds: Double = 30) -> Exit? {
        let running = child.withLock { $0 }
        running?.send(signal: SIGTERM)
        return running?.exit(within: seconds)
    }

    /// SIGTERM without waiting.
    func beginTermination() {
        child.withLock { $0 }?.send(signal: SIGTERM)
    }

    func exit(within seconds: Double) -> Exit? {
        child.withLock { $0 }?.exit(within: seconds)
    }

    /// SIGKILL: no byte more is written by the process after this returns.
    func kill() {
        child.withLock { $0 }?.killNow()
    }

    /// A command line on this server's data, as an operator would run it beside the server.
    func command(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws
        -> CommandResult
    {
        var given = environment
        if let secretKey, given["OSTIARY_SECRET_KEY"] == nil { given["OSTIARY_SECRET_KEY"] = secretKey }
        return try runCommand(arguments + ["--data-dir", dataDirectory], environment: given, input: input)
    }

    /// Resident memory in KiB as the kernel counts it.
    var residentKiB: Int {
        pid.map { OstiaryTestSupport.residentKiB(ofProcess: "\($0)") } ?? 0
    }

    deinit { kill() }
}
