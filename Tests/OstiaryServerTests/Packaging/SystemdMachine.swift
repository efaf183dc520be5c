// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// A machine with a real systemd as its process 1, and the unit of the package in it.
final class SystemdMachine {
    /// Namespaces are made by root, and not in every container.
    static let isPossible: Bool = {
        guard geteuid() == 0, access("/lib/systemd/systemd", X_OK) == 0, let unshare = Executable.named("unshare")
        else { return false }
        let trial = try? CommandResult(unshare, ["--mount", "--pid", "--fork", "true"], environment: [:])
        return trial?.exit == .code(0)
    }()

    /// The text of the unit.
    static var unit: String { get throws { text(ofFile: try path("Packaging/systemd/ostiary.service")) } }

    let port: UInt16
    private let directory: TemporaryDirectory
    private let process: ChildProcess
    private let systemd: String

    init() throws {
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        let files = FileManager.default
        try files.createDirectory(atPath: directory.file("layers"), withIntermediateDirectories: false)
        try files.copyItem(atPath: OstiaryBinary.path(), toPath: directory.file("ostiary"))
        try Data(Self.unit.utf8).write(to: URL(filePath: directory.file("ostiary.service")))
        try Data(#"{"port": \#(port), "log-format": "json"}"#.utf8).write(
            to: URL(filePath: directory.file("ostiary.json")))
        let started = try ChildProcess(
            Executable.required("unshare", package: "util-linux"),
            [
                "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child=KILL", "bash",
                Self.path("Tests/OstiaryServerTests/Packaging/Drivers/machine.sh"), directory.path,
            ],
            environment: Executable.inheritedEnvironment, output: directory.file("output"),
            errors: directory.file("output"))
        process = started
        let child: String? = waitUntil(30) {
            let children = text(ofFile: "/proc/\(started.pid)/task/\(started.pid)/children").split(separator: " ")
            guard let first = children.first, text(ofFile: "/proc/\(first)/comm") == "systemd\n" else { return nil }
            return String(first)
        }
        guard let child else { throw Failure("no systemd: \(text(ofFile: directory.file("output")))") }
        systemd = child
        let isRunning: Bool? = try waitUntil(30) {
            try run("systemctl", "is-system-running").stdout == "running\n" ? true : nil
        }
        guard isRunning == true else { throw Failure("systemd: \(text(ofFile: directory.file("output")))") }
    }

    deinit { process.killNow() }

    /// Runs a command inside.
    func run(_ command: String...) throws -> CommandResult {
        try CommandResult(
            Executable.required("nsenter", package: "util-linux"), ["-t", systemd, "-m", "-p", "-u", "-i"] + command,
            environment: Executable.inheritedEnvironment, within: 60)
    }

    /// A property of the unit as systemd sees it.
    func property(_ name: String) throws -> String {
        String(try run("systemctl", "show", "--property", name, "--value", "ostiary").stdout.dropLast())
    }

    var journal: String { get throws { try run("journalctl", "-u", "ostiary", "--no-pager", "-o", "cat").stdout } }

    private static func path(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        return "\(root)/\(path)"
    }
}
