// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// A machine with a real systemd as its process 1.
final class SystemdMachine {
    /// Namespaces are made by root, and not in every container.
    static let isPossible: Bool = {
        guard geteuid() == 0, access("/lib/systemd/systemd", X_OK) == 0, let unshare = Executable.named("unshare")
        else { return false }
        let trial = try? CommandResult(unshare, ["--mount", "--pid", "--fork", "true"], environment: [:])
        return trial?.exit == .code(0)
    }()

    let directory: TemporaryDirectory
    private let process: ChildProcess
    private let systemd: String

    /// - Parameters:
    ///   - tree: the files of the machine; it changes nothing there.
    ///   - network: true for a network of its own, false for that of this machine.
    ///   - prepare: a script of bash that runs before the start, with the root of the machine and a folder.
    ///   - files: files for that folder, by name.
    init(tree: String = "/", network: Bool = false, prepare: String, files: [String: String] = [:]) throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.file("layers"), withIntermediateDirectories: false)
        for (name, path) in files { try FileManager.default.copyItem(atPath: path, toPath: directory.file(name)) }
        try Data(prepare.utf8).write(to: URL(filePath: directory.file("prepare")))
        let started = try ChildProcess(
            Executable.required("unshare", package: "util-linux"),
            ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child=KILL"] + (network ? ["--net"] : []) + [
                "bash", "\(Page.root)/Tests/OstiaryServerTests/Packaging/Drivers/machine.sh", directory.path, tree,
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
    func run(_ command: String..., input: String = "") throws -> CommandResult {
        try enter(["-m", "-p", "-u", "-i", "-n"], command, input: input)
    }

    /// Runs lines of bash inside, until one fails.
    /// - Returns: what they printed on standard output.
    @discardableResult
    func bash(_ lines: String, input: String = "") throws -> String {
        let result = try run("bash", "-euo", "pipefail", "-c", lines, input: input)
        guard result.exit == .code(0) else { throw Failure("\(lines): \(result)") }
        return result.stdout
    }

    /// Runs a program of this machine in the network of that one.
    func runOutside(_ command: [String], input: String = "") throws -> CommandResult {
        try enter(["-n"], command, input: input)
    }

    private func enter(_ namespaces: [String], _ command: [String], input: String) throws -> CommandResult {
        try CommandResult(
            Executable.required("nsenter", package: "util-linux"), ["-t", systemd] + namespaces + command,
            environment: [
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "DEBIAN_FRONTEND": "noninteractive",
            ], input: input, within: 120)
    }

    /// A path of that machine on this one.
    func path(_ path: String) -> String { "/proc/\(systemd)/root\(path)" }

    /// A property of the unit as systemd sees it.
    func property(_ name: String) throws -> String {
        String(try run("systemctl", "show", "--property", name, "--value", "ostiary").stdout.dropLast())
    }

    var journal: String { get throws { try run("journalctl", "-u", "ostiary", "--no-pager", "-o", "cat").stdout } }

    /// The kernel's account of the server's process.
    var status: String { get throws { try run("cat", "/proc/\(property("MainPID"))/status").stdout } }

    /// Stops the process without ending it, and waits until the watchdog has put another in its place.
    /// - Returns: true; a failure is thrown with the journal.
    func replacesStoppedProcess() throws -> Bool {
        let first = try property("MainPID")
        guard try run("sh", "-c", "kill -STOP \(first)").exit == .code(0) else {
            throw Failure("\(first) is not stopped")
        }
        let isReplaced: Bool? = try waitUntil(40) {
            let pid = try property("MainPID")
            return try pid != "0" && pid != first && property("ActiveState") == "active" ? true : nil
        }
        // A process that does not end by the watchdog's signal is killed half a minute later.
        let journal = try journal
        guard isReplaced == true, !journal.contains("SIGKILL") else { throw Failure(journal) }
        return true
    }
}
