// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A database of release 0.1.0, and budgets that it kept in Redis, go on under this release.
    @Suite struct Upgrade {
        /// The second in which the files were made.
        private static let made = 1_796_016_176
        private static let email = "before@mail.example"
        private static let refresh = "7e3a38a9-1411-57c3-53b5-717b21f5e30f"
        private static let browserRefresh = "cdd142f2-d2dd-94a7-6739-c2fb7db36370"
        private static let browser = "3ae92dcd4747d76764cc7125dae6a29af2de04b4faee2af00468336542bc8fd0"
        /// Budgets after fourteen failed logins, as that release had them in Redis.
        private static let budgets = [
            ("login_account:591aba901f7e525c3e06b92311c93daa", 1_796_016_261_369_150),
            ("login_failures:7f69319482ce0b0c6004a5a32c8e2a8c", 1_796_025_699_369_150),
        ]

        private let directory: TemporaryDirectory
        /// The seconds by which all times move, so that nothing has expired.
        private let age: Int

        init() throws {
            directory = try TemporaryDirectory()
            age = Int(Date().timeIntervalSince1970) - Self.made
            let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            let age = self.age
            let script = text(ofFile: "\(folder)/Drivers/before.sql").replacing(#/\b179\d{13}\b/#) { match in
                String((Int(match.output) ?? 0) + age * 1_000_000)
            }
            try FileManager.default.createDirectory(
                atPath: directory.file("data"), withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            let load = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())"
            let python = try Executable.required("python3", package: "python3")
            let result = try CommandResult(python, ["-c", load, directory.file("data/ostiary.sqlite3")], input: script)
            guard result.exit == .code(0) else { throw Failure("\(result)") }
        }

        /// An access token of that time.
        private func access(_ id: String, _ session: String) -> AccessToken {
            let start = Self.made - 2 + age
            return AccessToken(
                payload: """
                    {"user_id":1,"exp":\(start + 7_200),"iat":\(start),"jti":"\(id)","sid":"\(session)","auth_time":\(start),\
                    "amr":["pwd"],"acr":"aal1","iss":"ostiary"}
                    """)
        }

        private var first: AccessToken {
            access("927b1298-805f-e98e-56e1-54b728f02a78", "66881ed2-bef7-a599-27a5-3f923f1ffc1b")
        }
        private var cookies: [(name: String, value: String)] {
            let token = access("fb6f162c-af3a-5bda-0b54-d560b2f671f6", "f4bf6608-0a07-3cd0-e6cf-6e8dc1dad3de")
            return [("ostiary-session", "\(Self.browserRefresh)~\(token.signed())"), ("ostiary-browser", Self.browser)]
        }

        @Test("tokens and a browser go on, and after the first key of its own too")
        func sessions() throws {
            let server = try ServerProcess(directory: directory)
            let client = WireClient(port: server.port)
            #expect(try client.me(first.signed()).member("email") == Self.email)
            #expect(try client.me(first.signed(with: "another key of at least thirty-two bytes")).status == 401)
            var tokens = try Tokens(client.refresh(Self.refresh))
            #expect(try AccessToken(tokens.access).header == #"{"alg":"HS256","typ":"JWT"}"#)
            let visitor = PageVisitor(port: server.port)
            visitor.cookies = cookies
            #expect(try visitor.open("/api/me/").text.contains(Self.email))
            #expect(try server.command(["settings", "get", "ACCESS_TOKEN_LIFETIME"]).stdout.contains("7200"))

            let rotated = try server.command(["keys", "rotate", "--now", "--yes", "--json"])
            let id = try #require(try Document(rotated.stdout)["kid"], "\(rotated)")
            let signed: Bool? = try waitUntil(30) {
                tokens = try Tokens(client.refresh(tokens.refresh))
                return try AccessToken(tokens.access).headerMember("kid") == id ? true : nil
            }
            #expect(signed == true)
            for token in [first.signed(), tokens.access] { #expect(try client.me(token).member("email") == Self.email) }
            #expect(try visitor.open("/api/me/").text.contains(Self.email))
            #expect(server.terminate() == .code(0))
        }

        @Test("budgets that Redis has go on", arguments: [true, false])
        func throttles(_ areKept: Bool) throws {
            let redis = try RedisServer()
            if areKept {
                let connection = try redis.connection()
                for (name, moment) in Self.budgets {
                    // Half a minute more, for a machine that is slow to start a server.
                    let value = "\(moment + (age + 30) * 1_000_000)"
                    let words = ["SET", "ostiary:throttle:\(name)", value, "EX", "20000"]
                    _ = try connection.command(words.map { Array($0.utf8) })
                }
            }
            let server = try ServerProcess(
                ["--redis-url", redis.url, "--settings-store", "database"], throttling: true, directory: directory)
            let answer = try WireClient(port: server.port).login(Self.email)
            #expect(answer.status == (areKept ? 429 : 200), "\(answer)")
            #expect(server.terminate() == .code(0))
        }
    }
}
