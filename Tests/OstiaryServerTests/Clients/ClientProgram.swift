// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

/// A client of `docs/clients`, run by its driver as a process of its own. The one in Swift is part of this build.
enum ClientProgram: String, CaseIterable, Sendable {
    case python = "Python"
    case javaScript = "JavaScript"
    case swift = "Swift"

    /// Whether two processes that share a storage wait for each other's refresh; else both ask for the same.
    var takesTurns: Bool { self != .javaScript }

    /// Seconds after which a client gives up waiting for a proxy that delays.
    static let shortTimeout = "0.5"

    /// Runs the driver to its end.
    /// - Parameters:
    ///   - port: where the server, or a proxy of it, is.
    ///   - timeout: how many seconds the client waits for an answer.
    /// - Returns: what it printed.
    @discardableResult
    func run(
        _ command: String..., at port: UInt16, storage: String, timeout: String = "20", within seconds: Double = 60
    ) throws -> String {
        let (executable, arguments) = try commandLine(command, port, storage, timeout)
        let result = try CommandResult(executable, arguments, environment: Self.environment, within: seconds)
        guard result.exit == .code(0), result.stderr.isEmpty else {
            throw Failure("\(self) client, \(command[0]): \(String(describing: result.exit)) \(result.stderr)")
        }
        return result.stdout
    }

    /// Starts the driver; what it prints goes into the file `output`.
    func start(_ command: String..., at port: UInt16, storage: String, output: String) throws -> ChildProcess {
        let (executable, arguments) = try commandLine(command, port, storage, Self.shortTimeout)
        return try ChildProcess(
            executable, arguments, environment: Self.environment, output: output, errors: output)
    }

    static let environment = Executable.inheritedEnvironment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }

    /// - Parameter command: the name of the command and its arguments.
    func commandLine(
        _ command: [String], _ port: UInt16, _ storage: String, _ timeout: String = "20"
    ) throws -> (executable: String, arguments: [String]) {
        let call = ["http://127.0.0.1:\(port)", storage, timeout] + command
        switch self {
        case .python:
            let python = try Executable.required("python3", package: "python3")
            return (python, ["-B", "\(Self.drivers)/driver.py", Self.clients] + call)
        case .javaScript:
            let node = try Executable.required("node", package: "nodejs")
            return (node, ["--no-warnings", "\(Self.drivers)/driver.mjs", Self.clients] + call)
        case .swift: return (try OstiaryBinary.path(of: "ClientPrograms"), call)
        }
    }

    private static let drivers = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Drivers"
    private static let clients =
        #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/docs/clients"
}
