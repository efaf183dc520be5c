// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// A machine on which an operator does what the pages say, in a directory of its own.
///
/// The commands of a page run as they are written, but for their places, the user and systemd: `systemctl` starts and
/// stops the command of the page's unit.
final class OperatorMachine {
    let directory: TemporaryDirectory
    let port: UInt16
    private let binary: String
    private var replacements: [(String, String)]
    /// The lines of the unit and of what is added to it.
    private var unit: [Substring]
    private var server: ChildProcess?

    /// - Parameter replacements: further texts of the pages, and what they are here.
    init(replacing replacements: [(String, String)] = []) throws {
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        binary = try OstiaryBinary.path()
        self.replacements =
            replacements + [
                ("/usr/local/bin/ostiary", binary), ("/etc/ostiary", directory.file("etc")),
                ("/var/lib/ostiary", directory.file("lib")), ("/var/backups/ostiary", directory.file("backups")),
                ("127.0.0.1:8000", "127.0.0.1:\(port)"), ("\"port\": 8000", "\"port\": \(port)"),
                ("127.0.0.1:9464", "127.0.0.1:\(try FreePorts.next())"),
                ("\"0.0.0.0\"", "\"127.0.0.1\""),
            ]
        unit = try Self.unit.split(separator: "\n")
        for folder in ["etc", "lib"] {
            try FileManager.default.createDirectory(
                atPath: directory.file(folder), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    /// The unit of the page.
    static var unit: String {
        get throws {
            let blocks = try Page("docs/operating/install.md").blocks("ini", under: "The unit")
            guard blocks.count == 1 else { throw Failure("not one unit, but \(blocks.count)") }
            return blocks[0]
        }
    }

    var client: WireClient { WireClient(port: port) }
    var log: String { text(ofFile: directory.file("log")) }

    /// A path of the pages, here.
    func here(_ text: String) -> String {
        replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// Saves a block of a page under a path of the pages.
    func save(_ block: String, as path: String) throws {
        let made = FileManager.default.createFile(
            atPath: here(path), contents: Data(here(block).utf8), attributes: [.posixPermissions: 0o600])
        guard made else { throw Failure("cannot write \(here(path))") }
    }

    /// Adds the lines of a drop-in to the unit.
    func extendUnit(_ block: String) { unit += block.split(separator: "\n") }

    /// Runs the lines of a block in their order.
    /// - Returns: all that they printed on standard output.
    @discardableResult
    func run(_ block: String, input: String = "") throws -> String {
        var script: [String] = []
        var printed = ""
        func flush() throws {
            guard !script.isEmpty else { return }
            defer { script = [] }
            let path = "\(binary.prefix(upTo: binary.lastIndex(of: "/") ?? binary.endIndex)):/usr/bin:/bin:/usr/sbin"
            let result = try CommandResult(
                "/bin/bash", ["-euo", "pipefail", "-c", script.joined(separator: "\n")],
                environment: ["PATH": path], input: input, within: 60)
            guard result.exit == .code(0) else { throw Failure("\(script): \(result) \(log.suffix(1_000))") }
            printed += result.stdout
        }
        for line in block.split(separator: "\n") {
            if let verb = line.prefixMatch(of: #/sudo systemctl ([a-z-]+)/#)?.output.1 {
                try flush()
                try systemctl(verb)
            } else if !Self.needsMachine.contains(where: { line.hasPrefix($0) }) {
                // The owner is the user of the tests.
                script.append(here(String(line)).replacing(#/sudo (-u ostiary )?|-o [a-z]+ -g [a-z]+ /#, with: ""))
            }
        }
        try flush()
        return printed
    }

    /// What cannot be done here: the program is built, and there is no user of its own.
    private static let needsMachine = [
        "make release", "sudo apt-get", "sudo useradd", "sudo install -m 0755 .build/release/ostiary",
    ]

    private func systemctl(_ verb: Substring) throws {
        switch verb {
        case "daemon-reload", "enable": break
        case "start": try start()
        case "stop": try stop()
        case "restart":
            try stop()
            try start()
        case "reload": server?.send(signal: SIGHUP)
        default: throw Failure("systemctl \(verb) is not known here")
        }
    }

    private func start() throws {
        guard let command = values(of: "ExecStart").last?.split(separator: " ").map(String.init) else {
            throw Failure("the unit has no ExecStart")
        }
        let variables = values(of: "Environment").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let environment = Dictionary(variables.map { ($0[0], $0[1]) }, uniquingKeysWith: { _, new in new })
        server = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: environment, output: directory.file("out"),
            errors: directory.file("log"))
    }

    private func stop() throws {
        server?.send(signal: SIGTERM)
        guard let ended = server?.exit(within: 30), ended == .code(0) else { throw Failure("not stopped: \(log)") }
        server = nil
    }

    private func values(of key: String) -> [String] {
        unit.filter { $0.hasPrefix("\(key)=") }.map { here(String($0.dropFirst(key.count + 1))) }
    }

    deinit { server?.killNow() }
}
