// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary config`, and a server that cannot start.
    @Suite struct ConfigCommands {
        private struct Row: Decodable {
            let name: String
            let value: String
            let source: String
            let variable: String?
            let path: String?
        }

        private struct Verdict: Decodable {
            let valid: Bool
            let errors: [String]
            let warnings: [String]
        }

        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        private func file(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
            let path = directory.file(name)
            try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
            try #require(chmod(path, mode) == 0)
            return path
        }

        @Test("config show has each value in force with its source, as a table and as JSON")
        func show() throws {
            let config = try file("ostiary.json", #"{"log-level": "debug", "// why": "a test"}"#)
            let secret = try file("secret", ServerProcess.secretKey)
            let flags = ["--config", config, "--port", "81"]
            let environment = ["OSTIARY_HOST": "::1", "OSTIARY_SECRET_KEY_FILE": secret, "OSTIARY_PORT": "82"]
            let table = try runCommand(["config", "show"] + flags, environment: environment)
            #expect(table.exit == .code(0))
            let lines = table.stdout.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 2) }
            #expect(lines.contains { $0[0] == "port" && $0[1] == "81" && $0[2].hasSuffix("flag --port") })
            let json = try runCommand(["config", "show", "--json"] + flags, environment: environment)
            #expect(!(table.stdout + json.stdout).contains(ServerProcess.secretKey))
            let rows = try JSONDecoder().decode([Row].self, from: Data(json.stdout.utf8))
            func row(_ name: String) -> String {
                rows.first { $0.name == name }.map {
                    [$0.value, $0.source, $0.variable, $0.path].compactMap(\.self).joined(separator: " ")
                } ?? ""
            }
            #expect(row("port") == "81 flag" && row("host") == "::1 variable OSTIARY_HOST")
            #expect(row("log-level") == "debug file \(config)")
            #expect(row("secret-key") == "******** file OSTIARY_SECRET_KEY_FILE \(secret)")
            #expect(row("database-url") == "sqlite:./data/ostiary.sqlite3 default")
        }

        @Test("config show shows a malformed value before it is refused")
        func malformed() throws {
            let result = try runCommand(["config", "show", "--port", "eighty"])
            #expect(result.exit == .code(78) && result.stdout.contains("eighty"), "\(result)")
            #expect(
                result.stderr.hasPrefix("The configuration is not valid: port (--port, OSTIARY_PORT) must be a port"))
        }

        @Test("config check finds all faults of values, or of files, and changes nothing")
        func check() throws {
            let data = directory.file("data")
            let good = try runCommand(["config", "check", "--data-dir", data])
            #expect(good.exit == .code(0) && good.stdout == "The configuration is valid.\n", "\(good)")
            #expect(access(data, F_OK) != 0, "nothing was made")
            #expect(try runCommand(["config", "check", "--data-dir", "\(data)//"]).exit == .code(0))
            #expect(try runCommand(["config", "check", "--data-dir", "\(data)/deeper"]).exit == .code(78))
            func verdict(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Verdict {
                let result = try runCommand(["config", "check", "--json"] + arguments, environment: environment)
                let verdict = try JSONDecoder().decode(Verdict.self, from: Data(result.stdout.utf8))
                #expect(result.exit == .code(verdict.valid ? 0 : 78), "\(result)")
                return verdict
            }
            let values = try verdict(["--port", "x", "--log-level", "y"], ["OSTIARY_PROT": "1"])
            #expect(!values.valid && values.errors.count == 2 && values.warnings.count == 1, "\(values)")
            try #require(mkdir(data, 0o777) == 0 && chmod(data, 0o777) == 0)
            _ = try file("data/secret.key", ServerProcess.secretKey, mode: 0o666)
            let certificate = try file("certificate", "no PEM")
            let files = try verdict(["--data-dir", data, "--tls-cert", certificate, "--tls-key", certificate])
            #expect(files.errors.count == 3, "\(files)")
            for (error, name) in zip(files.errors, [data, "secret.key", certificate]) {
                #expect(error.contains(name) && !error.contains("\n"), "\(error)")
            }
            let postgres = try verdict(["--database-url", "postgres://nobody@127.0.0.1:1/none"])
            #expect(postgres.errors.count == 1 && postgres.errors[0].contains("signing key"), "\(postgres)")
            let text = try runCommand(["config", "check", "--data-dir", "/dev/null/data"])
            #expect(text.exit == .code(78) && text.stderr.contains("/dev/null/data"), "\(text)")
        }

        @Test("config sample is a file that a server takes")
        func sample() throws {
            let sample = try runCommand(["config", "sample"])
            let config = try file("ostiary.json", sample.stdout)
            let server = try ServerProcess(["--config", config])
            #expect(server.terminate() == .code(0))
        }

        @Test("a configuration file that is a folder, too large, without rights or not JSON is 78 and one line")
        func badFiles() throws {
            let unreadable = try file("unreadable", "{}", mode: 0)
            let large = try file("large", String(repeating: " ", count: 10_000_000))
            let broken = try file("broken", "port: 80")
            for path in [directory.path, large, unreadable, broken, directory.file("none")] {
                let command = try PostgresServer.runner + [OstiaryBinary.path(), "serve", "--config", path]
                let result = try CommandResult(command[0], Array(command.dropFirst()))
                #expect(result.exit == .code(78), "\(result)")
                #expect(result.stderr.hasPrefix("The configuration is not valid: \(path) (--config): "), "\(result)")
                #expect(result.stderr.filter(\.isNewline).count == 1 && result.stdout.isEmpty, "\(result)")
            }
        }

        @Test("a server whose log is JSON fails in JSON, a line for each reason")
        func failures() throws {
            let (data, port) = (directory.file("data"), try FreePorts.next())
            let listener = try ListeningSocket(port: port)
            defer { listener.close() }
            let config = try file("ostiary.json", #"{"log-format": "json"}"#)
            let cases: [(arguments: [String], exit: Int32, reasons: [String])] = [
                (["--log-format", "json", "--port", "x", "--trusted-hops", "y"], 78, ["port (", "trusted-hops ("]),
                (["--config", config, "--data-dir", "/dev/null/data"], 73, ["The data directory"]),
                (["--config", config, "--data-dir", data, "--port", "\(port)"], 69, ["Cannot listen on"]),
                (["--config", config, "a:b"], 78, ["the address must be"]),
            ]
            for (arguments, exit, reasons) in cases {
                let result = try runCommand(["serve"] + arguments)
                #expect(result.exit == .code(exit) && result.stdout.isEmpty, "\(result)")
                let lines = try result.stderr.split(separator: "\n").map {
                    try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
                }
                let failures = lines.filter { $0["level"] == "critical" }
                #expect(failures.count == reasons.count, "\(result)")
                let told = failures.compactMap { $0["reason"] }.sorted()
                #expect(zip(told, reasons).allSatisfy { $0.hasPrefix($1) }, "\(told)")
                #expect(failures.allSatisfy { $0["exit"] == "\(exit)" }, "\(result)")
            }
        }
    }
}
