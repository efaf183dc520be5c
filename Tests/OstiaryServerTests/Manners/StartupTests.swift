// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What an operator reads when the server cannot start.
    @Suite struct Startup {
        private static let key = ["--secret-key", ServerProcess.secretKey]

        private func expectClearRefusal(
            _ result: CommandResult, naming words: [String], exit: Exit? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let stderr = result.stderr
            guard case .code(let code)? = result.exit else {
                Issue.record("ended with \(String(describing: result.exit)): \(stderr)", sourceLocation: sourceLocation)
                return
            }
            #expect(code != 0 && code < 128, "\(result)", sourceLocation: sourceLocation)
            if let exit { #expect(result.exit == exit, "\(result)", sourceLocation: sourceLocation) }
            #expect(!result.hasStackTrace, "\(result)", sourceLocation: sourceLocation)
            for word in words {
                #expect(stderr.contains(word), "\(word) is not in: \(stderr)", sourceLocation: sourceLocation)
            }
            let lines = stderr.split(separator: "\n").count
            #expect((1...3).contains(lines), "\(stderr)", sourceLocation: sourceLocation)
        }

        private func serve(_ arguments: [String], _ environment: [String: String] = [:]) throws -> CommandResult {
            try runCommand(["serve", "--log-level", "error"] + arguments, environment: environment, within: 10)
        }

        @Test("the port is in use")
        func portInUse() throws {
            let directory = try TemporaryDirectory()
            let port = try FreePorts.next()
            let listener = try ListeningSocket(port: port)
            defer { listener.close() }
            let result = try serve(["--port", "\(port)", "--data-dir", directory.file("data")] + Self.key)
            expectClearRefusal(result, naming: ["\(port)"])
        }

        @Test("the data directory cannot be written")
        func unwritable() throws {
            let directory = try TemporaryDirectory()
            let file = directory.file("file")
            #expect(FileManager.default.createFile(atPath: file, contents: Data()))
            // Below a file no directory can be made, not even by root.
            for path in [file, "\(file)/data"] {
                let result = try serve(["--port", "\(FreePorts.next())", "--data-dir", path] + Self.key)
                expectClearRefusal(result, naming: [path])
            }
        }

        @Test("the database file is not a database")
        func garbageDatabase() throws {
            let directory = try TemporaryDirectory()
            let file = directory.file("not-a-database")
            #expect(FileManager.default.createFile(atPath: file, contents: Data(repeating: 0x41, count: 8192)))
            let result = try serve(
                [
                    "--port", "\(FreePorts.next())", "--data-dir", directory.file("data"), "--database-url",
                    "sqlite:\(file)",
                ]
                    + Self.key)
            expectClearRefusal(result, naming: [file])
            #expect(text(ofFile: file) == String(repeating: "A", count: 8192), "the file is left alone")
        }

        @Test("a short secret key")
        func shortKey() throws {
            let directory = try TemporaryDirectory()
            let short = "only-31-bytes-of-a-secret-key-x"
            let result = try serve([
                "--port", "\(FreePorts.next())", "--data-dir", directory.path, "--secret-key", short,
            ])
            expectClearRefusal(result, naming: ["32"], exit: .code(78))
            #expect(!(result.stdout + result.stderr).contains(short))
        }

        @Test("all malformed values are listed at once")
        func malformed() throws {
            let directory = try TemporaryDirectory()
            let result = try runCommand(
                ["serve", "--data-dir", directory.path],
                environment: [
                    "OSTIARY_PORT": "eighty", "OSTIARY_LOG_LEVEL": "loudest", "OSTIARY_LOG_FORMAT": "yaml",
                    "OSTIARY_TRUSTED_HOPS": "-1", "OSTIARY_ACCESS_TOKEN_LIFETIME": "0",
                    "OSTIARY_SECRET_KEY": "too short a key",
                ])
            #expect(result.exit == .code(78), "\(result)")
            #expect(!result.hasStackTrace)
            for name in ["PORT", "LOG_LEVEL", "LOG_FORMAT", "TRUSTED_HOPS", "ACCESS_TOKEN_LIFETIME", "SECRET_KEY"] {
                let flag = "--" + name.lowercased().replacing("_", with: "-")
                #expect(
                    result.stderr.contains("OSTIARY_\(name)") || result.stderr.contains(flag),
                    "\(name): \(result.stderr)")
            }
            #expect(!result.stderr.contains("too short a key"))
        }

        @Test(
            "a value is refused whatever its type",
            arguments: [
                ("OSTIARY_PORT", "70000"), ("OSTIARY_PORT", "-1"), ("OSTIARY_PORT", "99999999999999999999"),
                ("OSTIARY_PASSWORD_MIN_LENGTH", "7"), ("OSTIARY_REFRESH_TOKEN_LIFETIME", "315360001"),
                ("OSTIARY_SESSION_MAX_LIFETIME", "1.5"), ("OSTIARY_DATABASE_URL", "mongodb://x"),
            ])
        func malformedValue(name: String, value: String) throws {
            let directory = try TemporaryDirectory()
            var environment = [
                "OSTIARY_PORT": "\(try FreePorts.next())", "OSTIARY_SECRET_KEY": ServerProcess.secretKey,
            ]
            environment[name] = value
            let result = try runCommand(["serve", "--data-dir", directory.path], environment: environment, within: 10)
            #expect(result.exit == .code(78), "\(result)")
            #expect(!result.hasStackTrace)
        }

        @Test("an unknown OSTIARY_ name is a warning with the nearest known one")
        func unknownName() throws {
            let server = try ServerProcess(environment: ["OSTIARY_PROT": "1", "OSTIARY_TRUSTED_HOP": "0"])
            #expect(server.output.contains("OSTIARY_PROT") && server.output.contains("OSTIARY_PORT"))
            #expect(server.output.contains("OSTIARY_TRUSTED_HOPS"))
            #expect(server.terminate() == .code(0))
        }

        @Test("two keys are made on first run, with mode 0600, and kept")
        func generatedKey() throws {
            let directory = try TemporaryDirectory()
            let port = "\(try FreePorts.next())"
            var tokens: Tokens?
            for _ in 0..<2 {
                let child = try ChildProcess(
                    OstiaryBinary.path(), ["serve", "127.0.0.1:\(port)", "--data-dir", directory.file("data")],
                    environment: [:], output: directory.file("out"), errors: directory.file("err"))
                let client = WireClient(port: UInt16(port) ?? 0, timeout: 5)
                let ready = waitUntil(30) {
                    (try? client.exchange(WireRequest("GET", "/readyz")))?.status == 200 ? true : nil
                }
                #expect(ready == true)
                if let tokens { #expect(try client.me(tokens.access).status == 200) }
                tokens = try client.newSession().tokens
                child.send(signal: SIGTERM)
                #expect(child.exit(within: 30) == .code(0))
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: directory.file("data"))
            let keys = files.filter { $0.contains("key") }
            #expect(keys.sorted() == ["root.key", "secret.key"], "\(files)")
            for file in keys {
                var status = stat()
                #expect(stat(directory.file("data/\(file)"), &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600)
            }
        }
    }
}
