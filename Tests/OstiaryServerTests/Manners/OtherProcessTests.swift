// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// What another process changes is in force here within a second.
    @Suite struct OtherProcesses {
        /// Seconds until `reached` answers true, measured from now; nil after three.
        private func delay(_ reached: () throws -> Bool) rethrows -> Double? {
            let start = ContinuousClock.now
            return try waitUntil(3, every: 5_000) { try reached() ? seconds(since: start) : nil }
        }

        private func lifetime(_ tokens: Tokens) throws -> Int? {
            let token = try AccessToken(tokens.access)
            guard let exp = token["exp"].flatMap({ Int($0) }), let iat = token["iat"].flatMap({ Int($0) }) else {
                return nil
            }
            return exp - iat
        }

        @Test("settings set")
        func settings() throws {
            let server = try ServerProcess()
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            #expect(try lifetime(tokens) == 108_000)
            #expect(try server.command(["settings", "set", "ACCESS_TOKEN_LIFETIME", "60"]).exit == .code(0))
            let delay = try delay { try lifetime(client.tokens(email)) == 60 }
            figure("a setting of another process in force after", seconds: delay ?? .infinity)
            #expect(delay.map { $0 < 1 } == true)
            #expect(try server.command(["settings", "get", "ACCESS_TOKEN_LIFETIME"]).stdout.contains("60"))
            #expect(try server.command(["constance", "list"]).stdout.contains("REFRESH_TOKEN_LIFETIME"))
            #expect(try server.command(["settings", "unset", "ACCESS_TOKEN_LIFETIME"]).exit == .code(0))
            let back = try self.delay { try lifetime(client.tokens(email)) == 108_000 }
            #expect(back.map { $0 < 1 } == true)
        }

        @Test(
            "a setting out of range, unknown or no number is refused",
            arguments: [
                ["ACCESS_TOKEN_LIFETIME", "0"], ["ACCESS_TOKEN_LIFETIME", "315360001"],
                ["ACCESS_TOKEN_LIFETIME", "soon"],
                ["PASSWORD_MIN_LENGTH", "7"], ["NO_SUCH_SETTING", "1"],
                ["REFRESH_TOKEN_LIFETIME", "99999999999999999999"],
            ])
        func refusedSetting(arguments: [String]) throws {
            let server = try SharedServers.ordinary()
            let result = try server.command(["settings", "set"] + arguments)
            #expect(result.exit != .code(0) && result.exit != nil)
            #expect(result.stderr.contains(arguments[0]))
            #expect(!result.hasStackTrace)
        }

        @Test("a pinned setting is not changed by the database")
        func pinned() throws {
            let server = try ServerProcess(environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "77"])
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            #expect(try lifetime(tokens) == 77)
            _ = try server.command(["settings", "set", "ACCESS_TOKEN_LIFETIME", "60"])
            pause(1)
            #expect(try lifetime(client.tokens(email)) == 77)
        }

        @Test("users deactivate refuses the access token, users activate lets in again")
        func deactivate() throws {
            let server = try ServerProcess()
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            let bystander = try client.newSession().tokens
            #expect(try client.me(tokens.access).status == 200)
            #expect(try server.command(["users", "deactivate", email]).exit == .code(0))
            let delay = try delay { try client.me(tokens.access).status == 401 }
            figure("users deactivate of another process in force after", seconds: delay ?? .infinity)
            #expect(delay.map { $0 < 1 } == true)
            #expect(try client.refresh(tokens.refresh).status == 400)
            #expect(try client.login(email).status == 401)
            #expect(try client.me(bystander.access).status == 200)
            #expect(try server.command(["users", "activate", email]).exit == .code(0))
            let again = try self.delay { try client.login(email).status == 200 }
            #expect(again.map { $0 < 1 } == true)
        }

        @Test("logout on one server is in force on another that shares the SQLite file")
        func twoServers() throws {
            let directory = try TemporaryDirectory()
            let database = ["--database-url", "sqlite:\(directory.file("shared.sqlite3"))"]
            let (one, two) = (try ServerProcess(database), try ServerProcess(database))
            let (here, there) = (WireClient(port: one.port), WireClient(port: two.port))
            let email = try here.newSession().email
            var longest = 0.0
            for round in 0..<5 {
                let (near, far) = round.isMultiple(of: 2) ? (here, there) : (there, here)
                let first = try near.tokens(email)
                #expect(try far.me(first.access).status == 200)
                let second = try Tokens(far.refresh(first.refresh))
                #expect(try near.me(second.access).status == 200)
                #expect(try near.logout(second.refresh).status == 200)
                #expect(try near.me(second.access).status == 401)
                let delay = try delay { try far.me(first.access).status == 401 && far.me(second.access).status == 401 }
                longest = max(longest, delay ?? .infinity)
                #expect(try far.refresh(second.refresh).status == 400)
            }
            figure("logout on another server in force after, at most", seconds: longest)
            #expect(longest < 1)

            let token = try here.tokens(email).refresh
            #expect(try here.refresh(token).status == 200)
            #expect(try there.refresh(token).status == 400, "a token spent on one server is spent on the other")
            #expect(one.terminate() == .code(0) && two.terminate() == .code(0))
        }
    }
}
