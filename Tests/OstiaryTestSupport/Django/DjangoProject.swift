// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// The project in `Tests/OstiaryRedisTests/Django` under real Django and django-constance, on a Redis of a test.
package final class DjangoProject: Sendable {
    private let directory: TemporaryDirectory
    private let python: String
    private let environment: [String: String]
    private let worker: ChildProcess
    private let connection: Mutex<UnixSocket>

    /// Starts a Python that keeps the project loaded.
    package init(_ redis: RedisServer) throws {
        python = try Self.interpreter.get()
        directory = try TemporaryDirectory()
        environment = [
            "TEST_REDIS_URL": "unix://\(redis.socketPath)?db=0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
        ]
        let (path, output) = (directory.file("worker.sock"), directory.file("worker.out"))
        let started = try ChildProcess(
            python, ["\(Self.folder)/worker.py", path], environment: environment, output: output, errors: output
        )
        worker = started
        let socket = try waitUntil(30, every: 5_000) {
            guard started.exit() == nil else { throw Failure("Django ended: \(text(ofFile: output).suffix(2000))") }
            return try? UnixSocket(path)
        }
        guard let socket else { throw Failure("Django does not start: \(text(ofFile: output).suffix(2000))") }
        connection = Mutex(socket)
    }

    /// Runs Python that knows `config`, `dumps`, `loads`, `datetime`, `Decimal` and `UUID`.
    /// - Returns: the `repr` of the expression, `None` for statements.
    /// - Throws: ``Failure`` with the type and text of a Python exception.
    @discardableResult
    package func evaluate(_ source: String) throws -> String {
        var request = JSONWriter()
        request.string(source)
        let line = try connection.withLock { connection in
            try connection.send(request.bytes + [10])
            return try connection.line()
        }
        guard case .object(let answer) = try JSONReader.read(line) else { throw Failure("not an answer") }
        if case .string(let value)? = answer["value"] { return value.text }
        guard case .string(let error)? = answer["error"] else { throw Failure("not an answer") }
        throw Failure(error.text)
    }

    /// Runs `manage.py` to its end in a process of its own; `exit` is nil when it took too long.
    package func manage(_ arguments: String..., within seconds: Double = 30) throws -> CommandResult {
        try CommandResult(
            python, ["\(Self.folder)/manage.py"] + arguments, environment: environment, within: seconds
        )
    }

    private static let tests = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    private static let folder = "\(tests)/OstiaryRedisTests/Django"

    /// Made at first need; that takes some seconds and the network, later it is there.
    package static let interpreter = Result {
        let made = try CommandResult(
            "\(tests)/../Scripts/django-environment", [], environment: Executable.inheritedEnvironment, within: 300
        )
        guard made.exit == .code(0) else {
            throw Failure("no environment with Django: \(made.stderr.suffix(2000))")
        }
        return String(made.stdout.prefix { $0 != "\n" })
    }
}
