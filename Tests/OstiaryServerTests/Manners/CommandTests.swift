// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryServer
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct Commands {
        static let all: [[String]] = [
            [], ["serve"], ["runserver"], ["migrate"], ["showmigrations"], ["makemigrations"], ["createsuperuser"],
            ["changepassword"], ["settings"], ["settings", "list"], ["settings", "get"], ["settings", "set"],
            ["settings", "unset"], ["constance"], ["constance", "list"], ["constance", "get"], ["constance", "set"],
            ["users"], ["users", "list"], ["users", "show"], ["users", "add"], ["users", "activate"],
            ["users", "deactivate"], ["users", "logout"], ["users", "unlock"], ["users", "delete"], ["users", "set"],
            ["users", "password"], ["groups"], ["groups", "list"], ["groups", "show"], ["groups", "add"],
            ["groups", "set"], ["groups", "delete"], ["groups", "add-member"], ["groups", "remove-member"],
            ["sessions"], ["sessions", "list"], ["sessions", "end"], ["audit"],
            ["audit", "list"], ["cleanup"], ["backup"], ["restore"], ["check"], ["config"], ["config", "show"],
            ["config", "check"],
            ["config", "sample"], ["openapi"], ["forgetkey"], ["version"],
        ]

        @Test("every command has --help", arguments: all)
        func help(command: [String]) throws {
            let result = try runCommand(command + ["--help"])
            #expect(result.exit == .code(0), "\(result)")
            #expect(result.stdout.contains("USAGE") && result.stderr.isEmpty, "\(result)")
        }

        @Test(
            "a mistake ends with a line on stderr, not with a trace",
            arguments: [
                ["nonsense"], ["serve", "--no-such-flag"], ["users", "show"], ["settings", "get"],
                ["users", "deactivate", "nobody@mail.example"],
                ["settings", "get", "NO_SUCH_SETTING"], ["users", "delete", "nobody@mail.example", "--yes"],
            ])
        func mistakes(command: [String]) throws {
            let directory = try TemporaryDirectory()
            let migrated = try runCommand(["migrate", "--data-dir", directory.path])
            #expect(migrated.exit == .code(0), "\(migrated)")
            let hasData = command.count > 2
            let result = try runCommand(command + (hasData ? ["--data-dir", directory.path] : []))
            guard case .code(let code)? = result.exit else { throw Failure("\(result)") }
            #expect(code != 0 && code < 128)
            #expect(!result.stderr.isEmpty && !result.hasStackTrace, "\(result)")
        }

        @Test("createsuperuser makes an account that can log in")
        func superuser() throws {
            let server = try SharedServers.ordinary()
            let email = freshEmail()
            let environment = ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password]
            let arguments = ["createsuperuser", "--email", email, "--noinput"]
            #expect(try server.command(arguments, environment: environment).exit == .code(0))
            #expect(try SharedServers.client().login(email).status == 200)
            let again = try server.command(arguments, environment: environment)
            #expect(again.exit != .code(0) && !again.hasStackTrace)
            // The tests of this server make more accounts than a page of the list has.
            #expect(try server.command(["users", "list", "--limit", "10000"]).stdout.contains(email))
            #expect(try server.command(["users", "show", email]).stdout.contains(email))
        }

        @Test("a backup taken beside the running server serves the same accounts")
        func backup() throws {
            let server = try ServerProcess()
            let (email, tokens) = try WireClient(port: server.port).newSession()
            let file = server.directory.file("backup.sqlite3")
            let result = try server.command(["backup", file])
            #expect(result.exit == .code(0), "\(result)")
            let copy = try ServerProcess(["--database-url", "sqlite:\(file)"])
            let client = WireClient(port: copy.port)
            #expect(try client.me(tokens.access).member("email") == email)
            #expect(try client.refresh(tokens.refresh).status == 200)
        }

        @Test("tables fit the terminal, and are whole in a file")
        func tables() throws {
            let server = try ServerProcess()
            let name = String(repeating: "n", count: 140)
            let client = WireClient(port: server.port)
            let tokens = try client.newSession().tokens
            #expect(try client.put(#"{"username":"\#(name)"}"#, tokens.access).status == 200)
            #expect(try server.command(["users", "list"]).stdout.contains(name))
            for (columns, command) in [(60, "users list"), (100, "users list"), (60, "settings list")] {
                let line =
                    "stty cols \(columns); \(try OstiaryBinary.path()) \(command) --data-dir \(server.dataDirectory)"
                let terminal = try CommandResult("/usr/bin/script", ["-qec", line, "/dev/null"])
                let lines = terminal.stdout.split(whereSeparator: \.isNewline)
                #expect(terminal.exit == .code(0) && lines.count > 1, "\(terminal)")
                #expect(lines.map(\.count).max() == columns, "\(columns): \(terminal.stdout)")
            }
        }

        @Test("flags of the connection are in the help of who asks for them")
        func hiddenFlags() throws {
            for command in [["users", "list"], ["settings", "set"], ["backup"]] {
                let usual = try runCommand(command + ["--help"]).stdout
                #expect(!usual.contains("--database-url"), "\(command)")
                #expect(try runCommand(command + ["--help-hidden"]).stdout.contains("--database-url"), "\(command)")
            }
            let serve = try runCommand(["serve", "--help"]).stdout.split(whereSeparator: \.isWhitespace).joined(
                separator: " ")
            for key in ConfigurationKey.all {
                #expect(serve.contains("\(key.flag) <"), "\(key.flag)")
                #expect(serve.contains(key.flagHelp), "\(key.flagHelp)")
            }
            #expect(try runCommand(["--help"]).stdout.contains("--help-hidden"), "named where one looks first")
        }

        @Test("showmigrations accounts for every number, on both databases")
        func migrations() throws {
            let postgres = try PostgresServer()
            let nodes = try PostgresNodes(0, on: postgres)
            #expect(try nodes.command(["migrate"]).exit == .code(0))
            let lists = [
                try SharedServers.ordinary().command(["showmigrations"]), try nodes.command(["showmigrations"]),
            ]
            for list in lists.map(\.stdout) {
                let listed = list.matches(of: /\[X\] 0*(\d+)_/).compactMap { Int($0.output.1) }
                let told = list.firstMatch(of: /Numbers left out here \(([0-9, ]+)\) are for the other kind/)
                let missing = told?.output.1.matches(of: /\d+/).compactMap { Int($0.output) } ?? []
                #expect(Set(listed).isDisjoint(with: missing) && !listed.isEmpty)
                #expect(Set(listed + missing).isSuperset(of: 1...(listed.max() ?? 1)), "\(list)")
            }
            #expect(lists.contains { $0.stdout.contains("Numbers left out") })
        }

        @Test("openapi opens no database and makes no file")
        func openAPI() throws {
            let directory = try TemporaryDirectory()
            let trace = directory.file("trace")
            let result = try CommandResult(
                "/usr/bin/strace", ["-f", "-e", "trace=file", "-o", trace, OstiaryBinary.path(), "openapi"], within: 60)
            #expect(result.exit == .code(0) && result.stdout.contains("3.1.0"))
            let calls = text(ofFile: trace).split(separator: "\n").filter { !$0.contains("ENOENT") }
            #expect(!calls.isEmpty)
            let written = calls.filter { call in
                call.contains(".sqlite3") || ["O_CREAT", "mkdir", "O_WRONLY", "O_RDWR"].contains { call.contains($0) }
            }
            #expect(written.isEmpty, "\(written)")
        }

        @Test("commands that only report end with 0")
        func reports() throws {
            let server = try SharedServers.ordinary()
            for command in [
                ["showmigrations"], ["migrate", "--plan"], ["migrate"], ["cleanup"], ["settings", "list"],
                ["users", "list"],
            ] {
                let result = try server.command(command)
                #expect(result.exit == .code(0), "\(command): \(result)")
                #expect(!result.hasStackTrace)
            }
            #expect(try !runCommand(["version"]).stdout.isEmpty)
            #expect(try runCommand(["makemigrations"]).exit != nil)
        }
    }
}
