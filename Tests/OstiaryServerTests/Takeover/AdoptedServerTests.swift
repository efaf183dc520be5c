// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A server beside the tables of a Django service, over its socket.
    @Suite struct AdoptedServer {
        private typealias Engine = DjangoSchema.Engine

        @Test("passwords lose white space at both ends, wherever they are sent", arguments: Engine.allCases)
        func trimmed(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let server = try service.server(try service.flags())
            let client = WireClient(port: server.port)
            let spaces = [" ", "\u{A0}", "\u{2003}", "\t", "\u{3000}\n "]
            for (number, space) in spaces.enumerated() {
                let email = freshEmail()
                #expect(try client.register(email, "\(space)Correct-horse-\(number)\(space)").status == 200)
                for password in [
                    "Correct-horse-\(number)", "\(space)Correct-horse-\(number)", "Correct-horse-\(number)  ",
                ] {
                    #expect(try client.login(email, password).status == 200, "\(space.unicodeScalars.map(\.value))")
                }
                #expect(try client.login(email, "Correct- horse-\(number)").status == 401)
                let tokens = try client.tokens(email, "Correct-horse-\(number)")
                let changed = try client.changePassword(
                    "\(space)Correct-horse-\(number)", to: "\(space)Another-horse-\(number)\(space)", tokens.access)
                #expect(changed.status == 200, "\(changed)")
                #expect(try client.login(email, "Another-horse-\(number)").status == 200)
            }
            // Nothing but blanks is no password.
            #expect(try client.register(freshEmail(), " \u{A0} ").status == 400)
            #expect(server.terminate() == .code(0))
        }

        @Test("a server with its own accounts keeps white space")
        func untrimmed() throws {
            let client = try SharedServers.client()
            let email = freshEmail()
            #expect(try client.register(email, " Correct-horse-9 ").status == 200)
            #expect(try client.login(email, " Correct-horse-9 ").status == 200)
            #expect(try client.login(email, "Correct-horse-9").status == 401)
        }

        @Test(
            "a hash as Django writes it is left byte for byte, and an address that is none logs in",
            arguments: Engine.allCases)
        func leftAlone(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let server = try service.server(try service.flags())
            let client = WireClient(port: server.port)
            let email = freshEmail()
            try client.enrol(email)
            let first = try service.value("SELECT password FROM auth_api_customuser")
            #expect(first.wholeMatch(of: /pbkdf2_sha256\$10\$[A-Za-z0-9]{22}\$[A-Za-z0-9+\/]{43}=/) != nil, "\(first)")
            for other in ["user@bücher.example", "root", "Üser@example.com"] {
                try service.add(other, password: first)
                let answer = try client.login(other)
                #expect(answer.status == 200, "\(other): \(answer)")
                #expect(try client.me(Tokens(answer).access).member("email") == other)
                #expect(try client.register(other).status == 400)
            }
            for _ in 0..<2 { _ = try client.tokens(email) }
            #expect(try service.value("SELECT count(DISTINCT password) FROM auth_api_customuser") == "1")
            #expect(try service.value("SELECT count(*) FROM auth_api_customuser WHERE last_login IS NOT NULL") == "4")
            // PyJWT refuses a token from the future by its `iat`.
            let token = try AccessToken(client.tokens(email).access)
            #expect(token["iat"] == nil && token["exp"] != nil && token["user_id"] != nil)
            for password in ["", "!", "bcrypt$", String(repeating: "p", count: 128)] {
                let email = freshEmail()
                try service.add(email, password: password)
                for tried in [WireClient.password, password] where !tried.isEmpty {
                    #expect(try client.login(email, tried).status == 401)
                }
            }
            #expect(server.terminate() == .code(0))
        }

        @Test("a refresh token of Django in every spelling, once", arguments: Engine.allCases)
        func spellings(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let server = try service.server(try service.flags())
            let client = WireClient(port: server.port)
            let email = freshEmail()
            try client.enrol(email)
            let spellings: [(String) -> String] = [
                { $0 }, { $0.uppercased() }, { Self.hyphenated($0) }, { Self.hyphenated($0).uppercased() },
                { "{\(Self.hyphenated($0))}" }, { "urn:uuid:\(Self.hyphenated($0))" },
            ]
            let tokens = spellings.map { _ in AdoptedService.token() }
            try service.addTokens(tokens, of: email)
            for (token, spelling) in zip(tokens, spellings) {
                let answer = try client.refresh(spelling(token))
                #expect(answer.status == 200, "\(spelling(token)): \(answer)")
                let pair = try Tokens(answer)
                #expect(try client.me(pair.access).status == 200)
                #expect(try AccessToken(pair.access)["auth_time"] == nil)
                #expect(try client.refresh(pair.refresh).status == 200)
            }
            #expect(try service.value("SELECT count(*) FROM auth_api_refreshtoken") == "\(tokens.count)")
            // Each first token once more is a replay, which ends its session.
            for token in tokens { #expect(try client.refresh(token).status == 400) }
            #expect(try service.value("SELECT count(*) FROM auth_api_refreshtoken") == "0")

            let (expired, live, unknown) = (AdoptedService.token(), AdoptedService.token(), AdoptedService.token())
            try service.addTokens([expired], of: email, lifetime: "-1 minute")
            try service.addTokens([live], of: email)
            for token in [expired, unknown, "x" + live.dropFirst()] {
                let answer = try client.refresh(token)
                #expect(answer.status == 400, "\(answer)")
            }
            #expect(try service.value("SELECT count(*) FROM auth_api_refreshtoken") == "2")
            #expect(try client.logout(expired).status == 200)
            #expect(try client.logout(Self.hyphenated(live)).status == 200)
            #expect(try client.logout(unknown).status == 400)
            #expect(try client.refresh(live).status == 400)
            #expect(server.terminate() == .code(0))
        }

        private static func hyphenated(_ token: String) -> String {
            var (rest, parts) = (token[...], [Substring]())
            for count in [8, 4, 4, 4, 12] {
                parts.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            return parts.joined(separator: "-")
        }

        @Test("an account that a shop refers to is told by its table and their number", arguments: Engine.allCases)
        func inUse(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let flags = try service.flags()
            let server = try service.server(flags)
            let client = WireClient(port: server.port)
            let email = freshEmail()
            let id = try client.enrol(email)
            let tokens = try client.tokens(email)
            try service.script("INSERT INTO shop_order (title, user_id) VALUES ('x', \(id)), ('y', \(id))")
            let command = try server.command(["users", "delete", email, "--yes"] + flags)
            #expect(command.exit == .code(1), "\(command)")
            #expect(
                command.stderr.contains("2 rows of shop_order") && command.stderr.contains("ostiary users deactivate"),
                "\(command.stderr)")
            #expect(try client.me(tokens.access).status == 200)
            #expect(try client.refresh(tokens.refresh).status == 200)
            try service.script("DELETE FROM shop_order")
            #expect(try server.command(["users", "delete", email, "--yes"] + flags).exit == .code(0))
            #expect(try client.me(tokens.access).status == 401)
            #expect(try service.value("SELECT count(*) FROM auth_api_refreshtoken") == "0")
            #expect(server.terminate() == .code(0))
        }

        @Test("a registration that the table refuses is 503, with the remedy in the log", arguments: Engine.allCases)
        func refusedRow(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine, columns: ", \"phone\" varchar(20) NOT NULL")
            let server = try service.server(try service.flags())
            let client = WireClient(port: server.port)
            for _ in 0..<3 { #expect(try client.register(freshEmail()).status == 503) }
            #expect(server.terminate() == .code(0))
            let lines = server.output.split(separator: "\n").filter { $0.contains("the table of Django refused") }
            #expect(lines.contains { $0.contains("see: ostiary adopt --check") && $0.contains("phone") }, "\(lines)")
            #expect(lines.allSatisfy { $0.contains("\"storage unavailable\"") }, "\(lines)")
        }

        @Test("a table that is gone is 503 and one line, and no end of the server", arguments: Engine.allCases)
        func goneTable(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let server = try service.server(try service.flags())
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            for (there, back) in [
                (
                    "ALTER TABLE auth_api_customuser RENAME TO people",
                    "ALTER TABLE people RENAME TO auth_api_customuser"
                ),
                (
                    "ALTER TABLE auth_api_customuser RENAME COLUMN is_active TO alive",
                    "ALTER TABLE auth_api_customuser RENAME COLUMN alive TO is_active"
                ),
            ] {
                try service.script(there)
                #expect(try client.login(email).status == 503)
                #expect(try client.me(tokens.access).status == 503)
                #expect(try client.refresh(tokens.refresh).status == 503)
                #expect(try client.register(freshEmail()).status == 503)
                try service.script(back)
                #expect(try client.login(email).status == 200)
                #expect(try client.me(tokens.access).status == 200)
            }
            #expect(try client.refresh(tokens.refresh).status == 200)
            #expect(server.terminate() == .code(0))
        }
    }
}
