// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

/// A client of `docs/clients`, run by its driver as a process of its own.
enum ClientProgram: String, CaseIterable, Sendable {
    case python = "Python"
    case javaScript = "JavaScript"
    case swift = "Swift"

    /// Whether two processes that share a storage wait for each other's refresh; else both ask for the same.
    var takesTurns: Bool { self != .javaScript }

    /// Seconds after which a client gives up waiting for a proxy that delays. `URLSession` on Linux knows whole ones only.
    var shortTimeout: String { self == .swift ? "1" : "0.5" }

    /// Whether the process was stopped by `URLSession` on Linux, as happens to it where an answer ends within its head
    /// (swift-corelibs-foundation #5285). What is stored has to outlive that just as it outlives SIGKILL.
    func isStopped(_ exit: Exit?, _ output: String) -> Bool {
        guard self == .swift, case .signal? = exit else { return false }
        return output.contains("there's no response")
    }

    /// Runs the driver to its end, again where it was stopped.
    /// - Parameters:
    ///   - port: where the server, or a proxy of it, is.
    ///   - timeout: how many seconds the client waits for an answer.
    /// - Returns: what it printed.
    @discardableResult
    func run(
        _ command: String..., at port: UInt16, storage: String, timeout: String = "20", within seconds: Double = 60
    ) throws -> String {
        let (executable, arguments) = try commandLine(command, port, storage, timeout)
        while true {
            let result = try CommandResult(
                executable, arguments, environment: Self.environment, within: seconds)
            if result.exit == .code(0), result.stderr.isEmpty { return result.stdout }
            guard isStopped(result.exit, result.stderr) else {
                throw Failure("\(self) client, \(command[0]): \(String(describing: result.exit)) \(result.stderr)")
            }
        }
    }

    /// Starts the driver; what it prints goes into the file `output`.
    func start(_ command: String..., at port: UInt16, storage: String, output: String) throws -> ChildProcess {
        let (executable, arguments) = try commandLine(command, port, storage, shortTimeout)
        return try ChildProcess(
            executable, arguments, environment: Self.environment, output: output, errors: output)
    }

    private static let environment = Executable.inheritedEnvironment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }

    private func commandLine(
        _ command: [String], _ port: UInt16, _ storage: String, _ timeout: String
    ) throws -> (executable: String, arguments: [String]) {
        let call = ["http://127.0.0.1:\(port)", storage, timeout] + command
        switch self {
        case .python:
            let python = try Executable.required("python3", package: "python3")
            return (python, ["-B", "\(Self.drivers)/driver.py", Self.clients] + call)
        case .javaScript:
            let node = try Executable.required("node", package: "nodejs")
            return (node, ["--no-warnings", "\(Self.drivers)/driver.mjs", Self.clients] + call)
        case .swift: return (try Self.compiled.get().file("client"), call)
        }
    }

    private static let drivers = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Drivers"
    private static let clients =
        #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/docs/clients"

    /// The folder with the program; made at first need.
    private static let compiled = Result {
        let directory = try TemporaryDirectory()
        guard let compiler = Executable.named("swiftc") else { throw Failure("swiftc is not in PATH") }
        let made = try CommandResult(
            compiler,
            [
                "-swift-version", "6", "-warnings-as-errors", "\(clients)/Session.swift", "\(drivers)/main.swift",
                "-o", directory.file("client"),
            ], environment: Executable.inheritedEnvironment, within: 300)
        guard made.exit == .code(0) else { throw Failure("the Swift client: \(made.stdout)\(made.stderr)") }
        return directory
    }
}
