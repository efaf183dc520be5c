// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// The Python programs in `Drivers`, with packages from PyPI.
enum SchemaTool {
    /// Runs one of them to its end.
    /// - Parameter program: without its suffix.
    /// - Returns: what it printed.
    static func run(_ program: String, at port: UInt16, within seconds: Double = 60) throws -> String {
        let result = try CommandResult(
            python.get(), ["-B", "\(drivers)/\(program).py", url(port)],
            environment: Executable.inheritedEnvironment, within: seconds
        )
        guard result.exit == .code(0) else {
            throw Failure("\(program): \(String(describing: result.exit)) \(result.stderr.suffix(2_000))")
        }
        return result.stdout
    }

    /// Starts schemathesis on a server's own description.
    /// - Parameters:
    ///   - arguments: which part of the work it does.
    ///   - directory: gets the file `report`, and whatever else it leaves.
    static func schemathesis(
        _ arguments: [String], at port: UInt16, seed: Int, in directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let program = try python.get().split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/schemathesis"
        let environment = Executable.inheritedEnvironment.merging([
            "OSTIARY_URL": url(port), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": drivers,
            "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "COLUMNS": "200",
        ]) { $1 }
        let command = [program, "--config-file", "\(drivers)/schemathesis.toml", "run", "\(url(port))/api/schema/"]
        return try ChildProcess(
            "/bin/sh",
            ["-c", #"cd "$1" && shift && exec "$@""#, "sh", directory.path] + command + ["--seed", "\(seed)"]
                + arguments,
            environment: environment, output: directory.file("report"), errors: directory.file("report")
        )
    }

    private static func url(_ port: UInt16) -> String { "http://127.0.0.1:\(port)" }

    private static let drivers = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Drivers"
    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

    /// Made at first need; that takes some seconds and the network, later it is there.
    private static let python = Result {
        let made = try CommandResult(
            "\(root)/Scripts/schema-environment", [], environment: Executable.inheritedEnvironment, within: 300
        )
        guard made.exit == .code(0) else { throw Failure("no environment: \(made.stderr.suffix(2_000))") }
        return String(made.stdout.prefix { $0 != "\n" })
    }
}
