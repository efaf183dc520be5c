// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary serve --ephemeral`.
    @Suite struct EphemeralServers {
        private struct Line: Decodable {
            let address: String
            let pid: Int32
        }

        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private var files: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "out" } }
        }

        private func start(_ script: String) throws -> (parent: ChildProcess, line: Line) {
            let parent = try ChildProcess(
                "/bin/bash", ["-c", script, "bash", OstiaryBinary.path()],
                environment: [
                    "TMPDIR": folder.path, "OSTIARY_DATABASE_URL": "sqlite:/nonexistent/x", "PATH": "/bin:/usr/bin",
                ],
                output: folder.file("out"), errors: "/dev/null")
            let line = waitUntil(60, every: 10_000) { () -> Line? in
                try? JSONDecoder().decode(Line.self, from: Data(text(ofFile: folder.file("out")).utf8))
            }
            return (parent, try #require(line))
        }

        @Test("it serves from a folder of its own, and deletes that with its parent", arguments: [SIGKILL, SIGTERM])
        func parent(_ signal: Int32) throws {
            let (parent, line) = try start("\"$1\" serve --ephemeral & wait")
            defer { parent.killNow() }
            let port = try #require(line.address.split(separator: ":").last.flatMap { UInt16($0) })
            #expect(try WireClient(port: port).register(freshEmail()).status == 200)
            #expect(try files.count == 1)
            kill(parent.pid, signal)
            let isGone: Bool? = waitUntil(60, every: 20_000) {
                (try? files.isEmpty) == true && kill(line.pid, 0) != 0 ? true : nil
            }
            #expect(isGone == true)
        }

        @Test("a place of the data is refused beside it")
        func place() throws {
            let result = try CommandResult(
                OstiaryBinary.path(), ["serve", "--ephemeral", "--data-dir", folder.path], environment: [:])
            #expect(result.exit == .code(64) && result.stderr.contains("--ephemeral has a folder of its own"))
        }
    }
}
