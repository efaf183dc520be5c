// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// A Python that keeps a Django project loaded and evaluates what a test sends.
package final class PythonWorker: Sendable {
    private let directory: TemporaryDirectory
    private let process: ChildProcess
    private let connection: Mutex<UnixSocket>

    /// Starts the process and waits until the project is loaded.
    /// - Parameters:
    ///   - python: the interpreter of an environment that has Django.
    ///   - project: the folder with `settings.py` and `at_hand.py`.
    package init(_ python: String, project: String, environment: [String: String]) throws {
        directory = try TemporaryDirectory()
        let (path, output) = (directory.file("worker.sock"), directory.file("worker.out"))
        let script = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/worker.py"
        let started = try ChildProcess(
            python, [script, path], environment: environment.merging(["PYTHONPATH": project]) { $1 },
            output: output, errors: output
        )
        process = started
        let socket = try waitUntil(30, every: 5_000) {
            guard started.exit() == nil else { throw Failure("Django ended: \(text(ofFile: output).suffix(2000))") }
            return try? UnixSocket(path)
        }
        guard let socket else { throw Failure("Django does not start: \(text(ofFile: output).suffix(2000))") }
        connection = Mutex(socket)
    }

    /// Runs Python that knows what `at_hand.py` has.
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
}
