// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Output that cannot be written.
    @Suite struct Output {
        private static let email = "first@mail.example"

        /// Commands that print without data.
        private static let plain: [[String]] = [
            ["--help"], ["--version"], ["users"], ["serve", "--help"], ["--generate-completion-script", "bash"],
            ["version"], ["version", "--json"], ["makemigrations"], ["openapi"], ["openapi", "--format", "json"],
            ["config", "show"], ["config", "show", "--json"], ["config", "check"], ["config", "check", "--json"],
            ["config", "sample"],
        ]

        /// Commands that print about data, in an order in which none is in the way of the next.
        private static let onData: [[String]] = [
            ["migrate"], ["users", "add", email, "--no-password"],
            ["createsuperuser", "--email", "second@mail.example", "--noinput"], ["changepassword", email],
            ["users", "list"], ["users", "list", "--json"], ["users", "show", email],
            ["users", "show", email, "--json"],
            ["users", "deactivate", email], ["users", "activate", email], ["users", "logout", email],
            ["users", "unlock", email],
            ["users", "set", email, "--username", "A"], ["users", "set", email, "--username", "B", "--json"],
            ["users", "password", email], ["groups", "add", "a"], ["groups", "add", "b", "--json"], ["groups", "list"],
            ["groups", "list", "--json"], ["groups", "show", "a"], ["groups", "show", "a", "--json"],
            ["groups", "set", "a", "--name", "c"], ["groups", "set", "c", "--name", "a", "--json"],
            ["groups", "add-member", "a", email], ["groups", "remove-member", "a", email, "--json"],
            ["groups", "delete", "a", "--yes"], ["groups", "delete", "b", "--yes", "--json"], ["sessions", "list"],
            ["sessions", "list", "--json"], ["sessions", "end", "--user", email],
            ["sessions", "end", "--user", email, "--json"],
            ["users", "add", "third@mail.example", "--no-password"],
            ["users", "delete", "third@mail.example", "--yes"], ["users", "delete", email],
            ["settings", "set", "SESSIONS_PER_USER", "7"], ["settings", "get", "SESSIONS_PER_USER"],
            ["settings", "set", "SESSIONS_PER_USER", "8", "--json"],
            ["settings", "unset", "SESSIONS_PER_USER"], ["settings", "list"], ["settings", "list", "--json"],
            ["settings", "history"], ["settings", "history", "--json"],
            ["audit", "list"], ["audit", "list", "--json"], ["audit", "list", "--follow"],
            ["audit", "list", "--follow", "--json"],
            ["migrate", "--plan"], ["migrate", "--json"], ["showmigrations"], ["showmigrations", "--json"], ["cleanup"],
            ["cleanup", "--json"], ["check"], ["check", "--deploy", "--json"],
        ]

        private static let environment = ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password]

        @Test("a full disk is the exit code 74 and a line, for every command that prints")
        func full() throws {
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.file("data")]
            for command in Self.plain + Self.onData.map({ $0 + place }) + [["backup", directory.file("copy")] + place] {
                let result = try CommandResult(
                    OstiaryBinary.path(), command, environment: Self.environment, output: "/dev/full")
                #expect(result.exit == .code(74), "\(command): \(result)")
                #expect(
                    result.stderr == "Error: Standard output cannot be written: No space left on device.\n",
                    "\(command): \(result)")
            }
            // Changes are kept: their output alone was lost.
            #expect(try runCommand(["users", "show", Self.email] + place).exit == .code(0))
            #expect(try runCommand(["users", "show", "third@mail.example"] + place).exit == .code(1))
        }

        @Test("a closed pipe ends a command as SIGPIPE does, without a word", arguments: [true, false])
        func closedPipe(isIgnored: Bool) throws {
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.file("data")]
            try #require(try runCommand(["migrate"] + place).exit == .code(0))
            // A pipe whose only reader is gone before the command begins.
            let shell = """
                trap '\(isIgnored ? "" : "-")' PIPE; mkfifo "$0/pipe$$"; exec 4<>"$0/pipe$$" 5>"$0/pipe$$" 4>&-
                exec "$@" >&5
                """
            for command in [["--help"], ["version", "--json"], ["openapi"], ["users", "list"] + place] {
                let result = try CommandResult(
                    "/bin/sh", ["-c", shell, directory.path, OstiaryBinary.path()] + command,
                    environment: ["PATH": "/usr/bin:/bin"])
                #expect(result.exit == .signal(SIGPIPE) && result.stderr.isEmpty, "\(command): \(result)")
            }
        }

        @Test("audit list --follow ends with its reader, though nothing new happens")
        func follow() throws {
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.file("data")]
            try #require(try runCommand(["migrate"] + place).exit == .code(0))
            try #require(try runCommand(["users", "add", Self.email, "--no-password"] + place).exit == .code(0))
            let result = try CommandResult(
                "/bin/sh",
                ["-c", #""$@" | head -n 1"#, "sh", OstiaryBinary.path(), "audit", "list", "--follow"] + place,
                environment: ["PATH": "/usr/bin:/bin"])
            #expect(result.exit == .code(0) && result.stdout.contains("account_created"), "\(result)")
        }

        @Test("a closed standard output is told, and nothing else is written in its place")
        func closedOutput() throws {
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.file("data")]
            try #require(try runCommand(["migrate"] + place).exit == .code(0))
            let result = try CommandResult(
                "/bin/sh", ["-c", #"exec "$@" >&-"#, "sh", OstiaryBinary.path(), "users", "list"] + place)
            #expect(result.exit == .code(74) && result.stderr.contains("Bad file descriptor"), "\(result)")
        }

        @Test("a server without standard streams writes its log into no connection")
        func closedStreams() throws {
            let server = try ServerProcess(launcher: ["/bin/sh", "-c", #"exec "$@" <&- >&- 2>&-"#, "sh"])
            let pid = try #require(server.pid)
            for stream in 0...2 {
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(stream)")
                #expect(target == "/dev/null")
            }
            #expect(try WireClient(port: server.port).newSession().tokens.access.isEmpty == false)
            #expect(server.terminate() == .code(0))
        }

        @Test("openapi tells why its file cannot be written", arguments: [("/dev/full", 74), ("/dev/null/none", 73)])
        func file(path: String, code: Int32) throws {
            let result = try runCommand(["openapi", "--output", path])
            #expect(result.exit == .code(code), "\(result)")
            #expect(result.stderr.hasPrefix("Error: The file \(path) cannot be written: "), "\(result)")
        }
    }
}
