// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// The Python programs in `Drivers`, with packages from PyPI.
enum SchemaTool {
    /// Runs one of them to its end.
    /// - Parameters:
    ///   - program: without its suffix.
    ///   - arguments: those after the server's URL.
    /// - Returns: what it printed.
    static func run(
        _ program: String, at port: UInt16, _ arguments: [String] = [], within seconds: Double = 60
    ) throws -> String {
        let result = try CommandResult(
            python.get(), ["-B", "\(drivers)/\(program).py", url(port)] + arguments,
            environment: Executable.inheritedEnvironment, within: seconds
        )
        guard result.exit == .code(0) else {
            throw Failure("\(program): \(String(describing: result.exit)) \(result.stderr.suffix(2_000))")
        }
        return result.stdout
    }

    /// Judges a JSON document by a JSON schema.
    static func validate(_ document: String, against schema: String) throws -> CommandResult {
        try CommandResult(
            python.get(), ["-B", "\(drivers)/judge.py", schema, document],
            environment: Executable.inheritedEnvironment, within: 60)
    }

    /// Runs commands of the documentation in a folder, with the generators and `ostiary` in the path.
    /// - Parameters:
    ///   - commands: in them, the port of the server takes the place of 8000.
    ///   - directory: gets whatever they write.
    static func shell(_ commands: String, at port: UInt16, in directory: TemporaryDirectory) throws -> CommandResult {
        let folders = try [folder(of: python.get()), folder(of: OstiaryBinary.path())]
        var environment = Executable.inheritedEnvironment
        environment["PATH"] = (folders + [environment["PATH"] ?? "/usr/bin:/bin"]).joined(separator: ":")
        let script = commands.replacing("http://127.0.0.1:8000", with: url(port))
        return try CommandResult(
            "/bin/sh", ["-ec", #"cd "$1"; eval "$2""#, "sh", directory.path, script], environment: environment,
            within: 60)
    }

    /// Starts schemathesis on a server's own description.
    /// - Parameters:
    ///   - arguments: which part of the work it does.
    ///   - directory: gets the file `report`, and whatever else it leaves.
    static func schemathesis(
        _ arguments: [String], at port: UInt16, seed: Int, in directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let program = try folder(of: python.get()) + "/schemathesis"
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

    private static func folder(of file: String) -> String {
        file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
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
