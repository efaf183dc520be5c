// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the library for Swift promises beyond the other clients, as processes.
    @Suite struct ClientLibrary {
        private let directory: TemporaryDirectory
        private var storage: String { directory.file("session") }
        private let client = ClientProgram.swift

        init() throws { directory = try TemporaryDirectory() }

        private func login(at server: ServerProcess) throws {
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            try client.run("login", email, WireClient.password, at: server.port, storage: storage)
        }

        @Test("eight tasks and two processes make one refresh of a token that all were refused")
        func oneRefresh() throws {
            let server = try ServerProcess(["--access-log", "on"])
            try login(at: server)
            // A token that the server refuses, as an expired one.
            let text = text(ofFile: storage)
            let access = try #require(text.firstMatch(of: #/"access_token":"(?<token>[^"]+)"/#)).output.token
            try Data(text.replacing(access, with: "expired").utf8).write(to: URL(filePath: storage))
            // All are refused before the first of them has an answer to its refresh.
            let proxy = try Proxy(to: server.port)
            proxy.set(.delay(1))
            let printed = try parallel(2) { [storage] _ in
                try client.run("together", "8", at: proxy.port, storage: storage)
            }
            #expect(printed == Array(repeating: String(repeating: "200\n", count: 8), count: 2))
            let lines = server.output.split(separator: "\n")
            let refused = lines.count { $0.contains("/api/me/") && $0.contains("401") }
            #expect(refused > 8, "\(refused) were refused, so both processes had to refresh")
            #expect(lines.count { $0.contains("/api/refresh/") } == 1)
        }

        @Test("Python and Swift share a file")
        func otherLanguage() throws {
            let server = try ServerProcess()
            try login(at: server)
            try parallel(2) { [storage] index in
                let one = index == 0 ? ClientProgram.python : .swift
                try one.run("refresh", "20", at: server.port, storage: storage)
            }
            #expect(!server.output.contains("refresh_repeated") && !server.output.contains("refresh_token_replayed"))
        }

        @Test("SIGKILL at any system call by which the tokens are stored loses none", arguments: StorageCall.all)
        func killed(_ call: StorageCall) throws {
            let server = try ServerProcess()
            try login(at: server)
            let before = text(ofFile: storage)
            let (executable, arguments) = try client.commandLine(["refresh", "2"], server.port, storage)
            let log = directory.file("trace")
            let files = [storage, storage + ".new", directory.path].flatMap { ["-P", $0] }
            let strace = try Executable.required("strace", package: "strace")
            let traced = try CommandResult(
                strace,
                [
                    "-f", "-o", log, "-e", "trace=\(call.name)", "-e",
                    "inject=\(call.name):signal=KILL:when=\(call.number)",
                ]
                    + files + [executable] + arguments, environment: ClientProgram.environment, within: 60)
            #expect(text(ofFile: log).contains("+++ killed by SIGKILL"), "\(traced) \(text(ofFile: log))")
            #expect(traced.stdout == "refreshed\n", "it had a token, and died while it stored the next one")
            #expect((text(ofFile: storage) != before) == call.isAfterRename)
            // The first is what the storage has.
            let next = try client.run("refresh", "3", at: server.port, storage: storage)
            #expect(next == "refreshed\nrefreshed\nrefreshed\n")
            #expect(server.output.contains("refresh_repeated") != call.isAfterRename)
            #expect(!server.output.contains("refresh_token_replayed"))
            let mode = try FileManager.default.attributesOfItem(atPath: storage)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }
}

/// A system call of the storage, at whose beginning the process is killed.
struct StorageCall: Sendable, CustomTestStringConvertible {
    let name: String
    /// Which of those on the storage's files.
    let number: Int
    let what: String
    let isAfterRename: Bool

    var testDescription: String { what }

    static let all = [
        StorageCall(name: "fchmod", number: 1, what: "the draft is empty", isAfterRename: false),
        StorageCall(name: "write", number: 1, what: "nothing is written", isAfterRename: false),
        StorageCall(name: "fsync", number: 1, what: "the draft is written", isAfterRename: false),
        StorageCall(name: "rename", number: 1, what: "the draft is synchronized", isAfterRename: false),
        StorageCall(name: "fsync", number: 2, what: "the file is replaced", isAfterRename: true),
    ]
}
