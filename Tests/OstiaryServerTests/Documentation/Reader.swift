// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

/// Somebody who does what a page says, as it is written there, in a folder of their own beside a server.
struct Reader {
    let folder: TemporaryDirectory
    /// Texts of the pages, and what they are here.
    private let replacements: [(String, String)]
    /// The members of answers that a reader copies into a variable of the shell.
    private static let copied = [
        "ACCESS": "access_token", "REFRESH": "refresh_token", "SESSION": "id", "CLIENT": "client_id",
        "SECRET": "client_secret",
    ]

    /// - Parameters:
    ///   - port: that of the server, which the pages call 8000.
    ///   - folder: where commands run; a fresh one unless given.
    init(port: UInt16, in folder: TemporaryDirectory? = nil, replacing replacements: [(String, String)] = []) throws {
        self.folder = try folder ?? TemporaryDirectory()
        self.replacements = replacements + [("127.0.0.1:8000", "127.0.0.1:\(port)")]
    }

    /// A text of a page, here.
    func here(_ text: String) -> String { replacements.reduce(text) { $0.replacing($1.0, with: $1.1) } }

    /// Runs the commands in one shell, and compares what each prints with what the page says.
    /// - Parameters:
    ///   - blocks: the `console` blocks, in their order.
    ///   - first: commands that go before, whose output is not told by the page.
    func follow(_ blocks: [String], after first: [String] = []) throws {
        let steps = try blocks.flatMap { try Transcript(here($0)).steps }
        let output = try TemporaryDirectory()
        func file(_ number: Int) -> String { output.file("\(number).out") }
        var script = ["set -eu", "cd '\(folder.path)'"] + first.map { "{ \(here($0))\n} > /dev/null" }
        for (number, step) in steps.enumerated() {
            let files = (0..<number).map(file).joined(separator: " ")
            script.append("{ \(pasting(into: step.command, from: files))\n} > \(file(number))")
        }
        let result = try bash(script.joined(separator: "\n"))
        #expect(result.exit == .code(0), "\(result.stderr)")
        for (number, step) in steps.enumerated() {
            let printed = text(ofFile: file(number))
            #expect(
                Transcript.agrees(printed, with: step.answer), "\(step.command)\nprinted \(printed)\nnot \(step.answer)"
            )
        }
    }

    /// Runs the blocks as one program, and compares the lines that it prints with the comments behind its printing calls.
    /// - Parameters:
    ///   - command: the interpreter and its flags.
    ///   - name: the program's file in the folder.
    ///   - seconds: how long it may take.
    func runProgram(_ blocks: [String], with command: String, as name: String, within seconds: Double = 60) throws {
        let program = here(blocks.joined(separator: "\n"))
        try Data(program.utf8).write(to: URL(filePath: folder.file(name)))
        let result = try bash("cd '\(folder.path)' && \(command) \(name)", within: seconds)
        #expect(result.exit == .code(0), "\(result)")
        let promised = Self.promised(by: program)
        #expect(!promised.isEmpty && Transcript.agrees(result.stdout, with: promised), "\(result)")
    }

    /// The lines that a program prints, by the comments behind its printing calls.
    static func promised(by program: String) -> String {
        let printing = #/(?:print|console\.log)\(.*\);?\s+(?:\/\/|\#)\s(?<line>.+)/#
        let lines = program.split(separator: "\n").compactMap { $0.firstMatch(of: printing)?.output.line }
        return lines.joined(separator: "\n")
    }

    /// Puts a client of `docs/clients` into the folder.
    func copy(client name: String) throws {
        let file = URL(filePath: "\(Page.root)/docs/clients/\(name)")
        try Data(contentsOf: file).write(to: URL(filePath: folder.file(name)))
    }

    /// Runs a text as a script of bash.
    func bash(_ script: String, within seconds: Double = 60) throws -> CommandResult {
        let binary = try OstiaryBinary.path()
        let folder = binary.prefix(upTo: binary.lastIndex(of: "/") ?? binary.endIndex)
        var environment = Executable.inheritedEnvironment.filter { !$0.key.hasPrefix("OSTIARY_") }
        environment["PATH"] = "\(folder):\(environment["PATH"] ?? "/usr/bin:/bin")"
        return try CommandResult("/bin/bash", ["-c", script], environment: environment, within: seconds)
    }

    /// A line of assignments such as `ACCESS=eyJ…` is what the reader pastes from the answers before it.
    private func pasting(into command: String, from files: String) -> String {
        guard command.wholeMatch(of: #/(?:[A-Z]+=\S*…\s*)+(?:#.*)?/#) != nil else { return command }
        let names = command.matches(of: #/(?<name>[A-Z]+)=\S*…/#).map { String($0.output.name) }
        return names.map { name in
            let member = Self.copied[name] ?? name
            return #"\#(name)=$(grep -oh '"\#(member)":"[^"]*' \#(files) | tail -n 1 | cut -d '"' -f 4)"#
        }.joined(separator: "\n")
    }
}
