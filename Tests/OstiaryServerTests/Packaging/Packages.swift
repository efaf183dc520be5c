// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// The packages of `make package`, where `OSTIARY_PACKAGES` names their folder; see `make check-packages`.
    @Suite(.serialized, .enabled(if: PackageFolder.path != nil, "make check-packages"))
    enum Packages {}
}

/// The folder with the packages.
enum PackageFolder {
    static let path = getenv("OSTIARY_PACKAGES").map { String(cString: $0) }
    /// The files of a fresh Debian.
    static let tree = getenv("OSTIARY_DEBIAN_TREE").map { String(cString: $0) }

    /// The one file whose name ends so.
    static func file(_ end: String) throws -> String {
        let folder = try #require(path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(end) }
        guard names.count == 1 else { throw Failure("\(folder) has not one *\(end), but \(names)") }
        return "\(folder)/\(names[0])"
    }

    /// Makes packages.
    @discardableResult
    static func make(_ arguments: String..., within seconds: Double = 500) throws -> CommandResult {
        try run("python3", ["\(Page.root)/Packaging/make/main.py"] + arguments, within: seconds)
    }

    static func run(_ program: String, _ arguments: [String], input: String = "", within seconds: Double = 120) throws
        -> CommandResult
    {
        try CommandResult(
            Executable.required(program, package: program), arguments, environment: Executable.inheritedEnvironment,
            input: input, within: seconds)
    }

    /// Runs a script of `Scripts`.
    /// - Returns: the line that it printed.
    static func script(_ name: String) throws -> String {
        let result = try CommandResult(
            "\(Page.root)/Scripts/\(name)", [], environment: Executable.inheritedEnvironment, within: 300)
        guard result.exit == .code(0) else { throw Failure("\(name): \(result)") }
        return String(result.stdout.dropLast())
    }
}
