// SPDX-License-Identifier: Apache-2.0

/// The project in `Tests/OstiaryRedisTests/Django` under real Django and django-constance, on a Redis of a test.
package final class DjangoProject: Sendable {
    private let python: String
    private let environment: [String: String]
    private let worker: PythonWorker

    /// Starts a Python that keeps the project loaded.
    package init(_ redis: RedisServer) throws {
        python = try Self.interpreter.get()
        environment = [
            "TEST_REDIS_URL": "unix://\(redis.socketPath)?db=0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
        ]
        worker = try PythonWorker(python, project: Self.folder, environment: environment)
    }

    /// Runs Python that knows `config`, `dumps`, `loads`, `datetime`, `Decimal` and `UUID`.
    /// - Returns: the `repr` of the expression, `None` for statements.
    /// - Throws: ``Failure`` with the type and text of a Python exception.
    @discardableResult
    package func evaluate(_ source: String) throws -> String { try worker.evaluate(source) }

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
