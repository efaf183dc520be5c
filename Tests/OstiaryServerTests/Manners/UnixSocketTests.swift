// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A server on a unix socket.
    @Suite struct UnixSockets {
        /// - Returns: the status of the answer; nil if there is none.
        static func status(_ path: String, at socket: String, _ more: [String] = []) -> Int? {
            guard let curl = try? Executable.required("curl", package: "curl") else { return nil }
            let arguments = ["--silent", "--unix-socket", socket, "--max-time", "10", "--output", "/dev/null"]
            let result = try? CommandResult(
                curl, arguments + more + ["--write-out", "%{http_code}", "http://localhost\(path)"])
            return result.flatMap { Int($0.stdout) }.flatMap { $0 == 0 ? nil : $0 }
        }

        private func serve(_ socket: String, in directory: TemporaryDirectory, _ more: [String] = []) throws
            -> ServerProcess
        {
            try ServerProcess(["--host", "unix:\(socket)", "--trusted-hops", "1"] + more, directory: directory) { _ in
                Self.status("/readyz", at: socket)
            }
        }

        private func mode(of path: String) -> mode_t? {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_mode : nil
        }

        @Test("it serves with the mode of the flag, and takes the client's address from the proxy")
        func serving() throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            let server = try serve(socket, in: directory, ["--socket-mode", "0666", "--access-log", "on"])
            #expect(mode(of: socket) == S_IFSOCK | 0o666)
            let login = [
                "--json", #"{"email":"a@example.com","password":"x"}"#, "--header", "X-Forwarded-For: 203.0.113.9",
            ]
            #expect(Self.status("/api/login/", at: socket, login) == 401)
            #expect(server.terminate() == .code(0))
            #expect(mode(of: socket) == nil)
            #expect(server.output.contains("unix:\(socket)") && server.output.contains(#""address":"203.0.113.9""#))
        }

        @Test("a stale socket is replaced, one in use is not, and a killed server starts again")
        func stale() throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            let server = try serve(socket, in: directory)
            #expect(mode(of: socket) == S_IFSOCK | 0o660)
            let second = try runCommand(["serve", "unix:\(socket)", "--data-dir", server.dataDirectory] + Self.key)
            #expect(second.exit == .code(69) && second.stderr.contains("another process listens there"), "\(second)")
            #expect(Self.status("/readyz", at: socket) == 200)
            server.kill()
            #expect(mode(of: socket) == S_IFSOCK | 0o660 && Self.status("/readyz", at: socket) == nil)
            try server.start()
            #expect(server.terminate() == .code(0))
        }

        @Test("of ten servers that start at once, one has the socket")
        func rush() throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            let first = try serve(socket, in: directory)
            first.kill()
            let arguments = [
                "serve", "unix:\(socket)", "--data-dir", first.dataDirectory, "--log-format", "json",
            ]
            let children = try (0..<10).map { number in
                try ChildProcess(
                    OstiaryBinary.path(), arguments + Self.key, environment: [:], output: directory.file("\(number)"),
                    errors: directory.file("\(number)"))
            }
            let left: Bool? = waitUntil(60) { children.count { $0.exit() != nil } == 9 ? true : nil }
            #expect(left == true && children.compactMap { $0.exit() }.allSatisfy { $0 == .code(69) })
            let ready: Bool? = waitUntil(10) { Self.status("/readyz", at: socket) == 200 ? true : nil }
            #expect(ready == true)
        }

        @Test("the lock beside the socket keeps a second server out before the first one listens")
        func lock() throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            let lock = open(socket + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(lock) }
            #expect(lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) == 0)
            let result = try runCommand(["serve", "unix:\(socket)", "--data-dir", directory.file("data")] + Self.key)
            #expect(result.exit == .code(69) && result.stderr.contains("another process listens there"), "\(result)")
            #expect(mode(of: socket) == nil)
        }

        @Test("a path that is something else stays as it is, and is told in words")
        func occupied() throws {
            let directory = try TemporaryDirectory()
            func refusal(_ path: String) throws -> CommandResult {
                try runCommand(["serve", "unix:\(path)", "--data-dir", directory.file("data")] + Self.key)
            }
            let (folder, file) = (directory.file("folder"), directory.file("file"))
            #expect(mkdir(folder, 0o700) == 0 && close(creat(file, 0o600)) == 0)
            for (path, reason, code) in [
                (folder, "it is a directory", 69), (file, "it is a file, but no socket", 69),
                (directory.file("none") + "/ostiary.sock", "No such file or directory", 69),
                (directory.file(String(repeating: "x", count: 120)), "at most 107 bytes", 78),
                ("", "there is no path behind unix:", 78),
            ] as [(String, String, Int32)] {
                let result = try refusal(path)
                #expect(result.exit == .code(code) && result.stderr.contains(reason), "\(path): \(result.stderr)")
            }
            #expect(mode(of: folder).map { $0 & S_IFMT } == S_IFDIR && mode(of: file) == S_IFREG | 0o600)
            #expect(mode(of: folder + ".lock") == nil && mode(of: file + ".lock") == nil)
        }

        @Test("a socket of another user is not removed", .enabled(if: geteuid() == 0))
        func foreign() throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            try serve(socket, in: directory).kill()
            #expect(chown(socket, 12_345, 12_345) == 0)
            let result = try runCommand(["serve", "unix:\(socket)", "--data-dir", directory.file("data")] + Self.key)
            #expect(result.exit == .code(69) && result.stderr.contains("another user (12345)"), "\(result)")
            #expect(mode(of: socket).map { $0 & S_IFMT } == S_IFSOCK)
        }

        @Test("a mode must be one", arguments: ["8", "999", "0060", "01777", "-77", "rw-"])
        func badModes(_ mode: String) throws {
            let result = try runCommand(["serve", "unix:/tmp/x", "--socket-mode=\(mode)"])
            #expect(result.exit == .code(78) && result.stderr.contains("socket-mode"), "\(result)")
        }

        private static let key = ["--secret-key", ServerProcess.secretKey]
    }
}
