// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A Redis of the test's own on a unix socket, empty at each start, gone with this value.
package final class RedisServer: Sendable {
    package let directory: TemporaryDirectory
    private let executable: String
    private let arguments: [String]
    private let child: Mutex<ChildProcess?> = Mutex(nil)

    /// Starts Redis and waits until it answers.
    /// - Parameters:
    ///   - extra: further arguments of `redis-server`, such as `--requirepass`.
    ///   - port: on 127.0.0.1, beside the socket; 0 for none.
    ///   - directory: where the socket and what belongs to it are; a fresh one unless given.
    ///   - starts: whether to start it now.
    package init(
        _ extra: [String] = [], port: UInt16 = 0, directory: TemporaryDirectory? = nil, starts: Bool = true
    ) throws {
        executable = try Executable.required("redis-server", package: "redis-server")
        self.directory = try directory ?? TemporaryDirectory()
        arguments =
            [
                "--bind", "127.0.0.1", "--port", "\(port)", "--unixsocket", self.directory.file("redis.sock"),
                "--dir", self.directory.path, "--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
            ] + extra
        if starts { try start() }
    }

    package var socketPath: String { directory.file("redis.sock") }
    /// As `--redis-url` takes it.
    package var url: String { "unix://\(socketPath)" }
    package var log: String { text(ofFile: directory.file("redis.log")) }

    /// Starts the process again after its end.
    /// - Parameter more: arguments for this start only.
    package func start(_ more: [String] = []) throws {
        let log = directory.file("redis.log")
        let started = try ChildProcess(executable, arguments + more, environment: [:], output: log, errors: log)
        child.withLock { $0 = started }
        let isReady: Bool? = waitUntil(10, every: 2_000) { started.exit() != nil ? false : answers ? true : nil }
        guard isReady == true else {
            started.killNow()
            throw Failure("redis-server does not answer: \(self.log.suffix(1000))")
        }
    }

    /// A server that wants a password answers too.
    private var answers: Bool {
        do {
            try connection().command("PING")
            return true
        } catch {
            return error is RedisWire.Refusal
        }
    }

    package func connection() throws -> RedisWire { try RedisWire(socketPath) }

    private func send(signal: Int32) { child.withLock { $0 }?.send(signal: signal) }

    /// Hangs as a process does that gets no time.
    package func pause() { send(signal: SIGSTOP) }

    package func resume() { send(signal: SIGCONT) }

    /// SIGKILL.
    package func kill() { child.withLock { $0 }?.killNow() }

    deinit { kill() }
}
