// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the process, its files and its commands keep from others.
    @Suite struct Hardening {
        private static let key = ["--secret-key", ServerProcess.secretKey]

        @Test("no core file shows what is in memory")
        func dumps() throws {
            let server = try SharedServers.ordinary()
            let limits = text(ofFile: "/proc/\(try #require(server.pid))/limits").split(separator: "\n")
            let core = try #require(limits.first { $0.hasPrefix("Max core file size") })
            #expect(core.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"], "\(core)")
        }

        @Test("metrics answer no name but the machine's own")
        func metrics() throws {
            let port = try FreePorts.next()
            let server = try ServerProcess(["--metrics-address", "127.0.0.1:\(port)"])
            let client = WireClient(port: port)
            for (host, status) in [
                ("127.0.0.1:\(port)", 200), ("localhost", 200), ("localhost:\(port)", 200), ("[::1]:\(port)", 200),
                ("evil.example", 421), ("evil.example:\(port)", 421), ("localhost.evil.example", 421), ("", 421),
            ] {
                #expect(
                    try client.exchange(WireRequest("GET", "/metrics", [("Host", host)])).status == status, "\(host)")
            }
            #expect(server.terminate() == .code(0))
        }

        @Test("files that others could have written are refused, with the way back")
        func files() throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            func start(_ arguments: [String] = []) throws -> CommandResult {
                try runCommand(["migrate", "--data-dir", data] + arguments)
            }
            #expect(try start().exit == .code(0))
            let (key, database) = (data + "/secret.key", data + "/ostiary.sqlite3")
            let made = FileManager.default.createFile(atPath: key, contents: Data(ServerProcess.secretKey.utf8))
            try #require(made && chmod(key, 0o600) == 0)
            for (path, mode, good) in [(data, 0o777, 0o700), (data, 0o720, 0o755), (database, 0o666, 0o644)] {
                try #require(chmod(path, mode_t(mode)) == 0)
                let result = try start()
                #expect(result.exit == .code(78) && result.stderr.contains("chmod go-w \(path)"), "\(result)")
                try #require(chmod(path, mode_t(good)) == 0)
                #expect(try start().exit == .code(0))
            }
            for mode in [0o644, 0o660, 0o666] {
                try #require(chmod(key, mode_t(mode)) == 0)
                let result = try runCommand(["serve", "--port", "0", "--data-dir", data], within: 5)
                #expect(result.exit == .code(78) && result.stderr.contains(key), "\(result)")
            }
        }

        @Test("deactivation and logout by command end sessions for good")
        func accounts() throws {
            let server = try SharedServers.ordinary()
            let client = try SharedServers.client()
            for commands in [["deactivate", "activate"], ["logout"]] {
                let (email, tokens) = try client.newSession()
                for command in commands { #expect(try server.command(["users", command, email]).exit == .code(0)) }
                let isRefused: Bool? = try waitUntil(5) { try client.me(tokens.access).status == 401 ? true : nil }
                #expect(isRefused == true)
                #expect(try client.refresh(tokens.refresh).status == 400)
                #expect(try client.login(email).status == 200)
            }
            #expect(try server.command(["users", "logout", "nobody@mail.example"]).exit == .code(1))
        }

        @Test("tokens of a Django service are taken where the operator says so, and end with its sessions")
        func legacyTokens() throws {
            let server = try ServerProcess(["--legacy-tokens", "on"])
            let client = WireClient(port: server.port)
            let (_, tokens) = try client.newSession()
            let own = try AccessToken(tokens.access)
            let user = try #require(own["user_id"])
            func token(_ claims: String) -> String {
                AccessToken(payload: #"{"user_id":\#(user),"exp":4102444800\#(claims)}"#).signed()
            }
            let good = [token(""), token(#","token_type":"access","jti":"x","iat":1"#)]
            let other = [token(#","token_type":"refresh""#), token(#","purpose":"verify-email""#)]
            for token in good {
                #expect(try client.me(token).status == 200)
                #expect(try SharedServers.client().me(token).status == 401, "off by default")
            }
            for token in other { #expect(try client.me(token).status == 401) }
            let all = WireRequest("DELETE", "/api/sessions/", [("Authorization", "Bearer \(tokens.access)")])
            #expect(try client.exchange(all).status == 204)
            for token in good { #expect(try client.me(token).status == 401) }
            #expect(try client.me(tokens.access).status == 200)
        }

        @Test("an account has so many sessions and no more, and pages of them are asked for by an id")
        func sessions() throws {
            let server = try ServerProcess(environment: ["OSTIARY_SESSIONS_PER_USER": "2"])
            let client = WireClient(port: server.port)
            let (email, first) = try client.newSession()
            let (second, third) = (try client.tokens(email), try client.tokens(email))
            #expect(try [first, second, third].map { try client.me($0.access).status } == [401, 200, 200])
            func list(_ query: String) throws -> WireAnswer {
                try client.exchange(
                    WireRequest("GET", "/api/sessions/\(query)", [("Authorization", "Bearer \(third.access)")]))
            }
            let all = try list("")
            #expect(all.status == 200 && all["Link"] == nil)
            let id = try #require(all.member("id"))
            #expect(try list("?after=\(id)").text.ranges(of: #""id":"#).count == 1)
            for bad in ["x", "", "1"] { #expect(try list("?after=\(bad)").status == 400) }
        }

        @Test("programs read what commands print")
        func json() throws {
            let server = try SharedServers.ordinary()
            let (email, _) = try SharedServers.client().newSession()
            for (command, start) in [
                (["users", "list"], "[{\"id\":"), (["users", "show", email], "{\"id\":"), (["check"], "["),
                (["showmigrations"], "[{\"name\":\""), (["cleanup"], "{\"deleted\":"),
                (["migrate"], #"{"applied":[],"pending":[]}"#),
                (["settings", "unset", "AUDIT_RETENTION"], #"{"name":"AUDIT_RETENTION","old":"90","new":"90"}"#),
            ] {
                let result = try server.command(command + ["--json"])
                #expect(result.exit == .code(0) && result.stdout.hasPrefix(start), "\(command): \(result)")
            }
            #expect(try runCommand(["version", "--json"]).stdout.hasPrefix(#"{"version":""#))
            let deploy = ["check", "--deploy", "--fail-level", "warning"]
            #expect(try server.command(deploy).exit == .code(1))
            #expect(try server.command(["check", "--deploy"]).exit == .code(0))
            let proxied = ["OSTIARY_PUBLIC_URL": "https://id.example.com"]
            let found = try server.command(["check", "--deploy"], environment: proxied)
            #expect(found.stdout.contains("no_trusted_hops"), "\(found)")
        }

        @Test("passwords are judged by commands as registration does")
        func passwords() throws {
            let server = try SharedServers.ordinary()
            let email = freshEmail()
            let environment = ["OSTIARY_SUPERUSER_PASSWORD": "password"]
            let arguments = ["createsuperuser", "--noinput", "--email", email]
            let refused = try server.command(arguments, environment: environment)
            #expect(refused.exit == .code(1) && refused.stderr.contains("too common"), "\(refused)")
            #expect(try server.command(arguments + ["--no-validation"], environment: environment).exit == .code(0))
            let weak = try server.command(["changepassword", email], input: "12345678\n12345678\n")
            #expect(weak.exit == .code(1) && weak.stderr.contains("--no-validation"), "\(weak)")
            let strong = try server.command(["changepassword", email], input: "correct horse 9\ncorrect horse 9\n")
            #expect(strong.exit == .code(0), "\(strong)")
        }
    }
}
