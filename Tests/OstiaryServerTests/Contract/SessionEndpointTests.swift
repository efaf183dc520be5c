// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What users do with their own sessions, password and account.
    @Suite struct SessionEndpoints {
        private let client: WireClient

        init() throws { client = try SharedServers.client() }

        private func ask(_ method: String, _ path: String, _ access: String, json: String? = nil) throws -> WireAnswer {
            let headers = [("Authorization", "Bearer \(access)"), ("User-Agent", "a \"test\"")]
            guard let json else { return try client.exchange(WireRequest(method, path, headers)) }
            return try client.exchange(WireRequest(method, path, headers, json: json))
        }

        /// The ids in the list, and which one is the current one.
        private func sessions(_ access: String) throws -> (ids: [String], current: [String]) {
            let answer = try ask("GET", "/api/sessions/", access)
            #expect(answer.status == 200)
            let parts = answer.text.split(separator: "{").dropFirst()
            func id(_ part: Substring) -> String { String(part.split(separator: "\"")[2]) }
            return (parts.map(id), parts.filter { $0.contains(#""current":true"#) }.map(id))
        }

        @Test("sessions are listed as the contract says")
        func list() throws {
            let (email, first) = try client.newSession()
            let second = try client.tokens(email)
            let answer = try ask("GET", "/api/sessions/", second.access)
            let shape =
                #/^\[\{"id":"[0-9a-f-]{36}","created_at":"[0-9-]{10}T[0-9:.]+Z","last_used_at":"[0-9-]{10}T[0-9:.]+Z",/#
            #expect(answer.text.contains(shape), "\(answer)")
            #expect(answer.text.contains(#""ip":"127.0.0.1","user_agent":null,"current":true},"#))
            #expect(try sessions(first.access).ids.count == 2)
            #expect(try sessions(first.access).current != sessions(second.access).current)
            let refreshed = try Tokens(client.refresh(first.refresh))
            #expect(try sessions(refreshed.access).ids.first == sessions(refreshed.access).current.first)
        }

        @Test("one session is ended, and nobody else's")
        func endOne() throws {
            let (email, mine) = try client.newSession()
            let other = try client.tokens(email)
            let stranger = try client.newSession().tokens
            let id = try #require(try sessions(other.access).current.first)
            for path in ["/api/sessions/\(id)/", "/api/sessions/\(id)"] {
                #expect(try ask("DELETE", path, stranger.access).status == 404)
            }
            for path in ["nothing", "00000000-0000-0000-0000-000000000000", "%00", "{id}", "\(id)/more"] {
                #expect(try ask("DELETE", "/api/sessions/\(path)/", mine.access).status == 404, "\(path)")
            }
            let answer = try ask("DELETE", "/api/sessions/\(id)/", mine.access)
            #expect(answer.status == 204 && answer.body.isEmpty && answer["Content-Type"] == nil)
            #expect(try ask("DELETE", "/api/sessions/\(id)/", mine.access).status == 404)
            #expect(try client.me(other.access).status == 401)
            #expect(try client.refresh(other.refresh).status == 400)
            #expect(try client.me(mine.access).status == 200)
            #expect(try ask("GET", "/api/sessions/\(id)/", mine.access)["Allow"] == "DELETE, OPTIONS")
        }

        @Test("all others are ended, or all")
        func endAll() throws {
            let (email, mine) = try client.newSession()
            let others = try (0..<3).map { _ in try client.tokens(email) }
            #expect(try ask("DELETE", "/api/sessions/", mine.access).status == 204)
            for other in others { #expect(try client.me(other.access).status == 401) }
            #expect(try client.me(mine.access).status == 200)
            #expect(try ask("DELETE", "/api/sessions/?all=true", mine.access).status == 204)
            #expect(try client.me(mine.access).status == 401)
            #expect(try client.login(email).status == 200)
        }

        @Test("a changed password gives a new pair and ends every session")
        func password() throws {
            let (email, mine) = try client.newSession()
            let other = try client.tokens(email)
            func change(_ current: String, _ new: String) throws -> WireAnswer {
                let json = "{\"current_password\":\(jsonText(current)),\"new_password\":\(jsonText(new))}"
                return try ask("POST", "/api/password/", mine.access, json: json)
            }
            let wrong = try change("not it at all 1", "an entirely new one 2")
            #expect(wrong.status == 400 && wrong.text == #"{"current_password":["The password is not correct."]}"#)
            let weak = try change(WireClient.password, "12345678")
            #expect(weak.status == 400 && weak.text.hasPrefix(#"{"new_password":["#))
            let empty = try ask("POST", "/api/password/", mine.access, json: "{}")
            #expect(
                empty.text
                    == #"{"current_password":["This field is required."],"new_password":["This field is required."]}"#)
            #expect(try client.me(other.access).status == 200, "a refused change ends nothing")
            let pair = try Tokens(change(WireClient.password, "an entirely new one 2"))
            for old in [mine, other] {
                #expect(try client.me(old.access).status == 401)
                #expect(try client.refresh(old.refresh).status == 400)
            }
            #expect(try client.me(pair.access).status == 200)
            #expect(try client.refresh(pair.refresh).status == 200)
            #expect(try client.login(email).status == 401)
            #expect(try client.login(email, "an entirely new one 2").status == 200)
        }

        @Test("an account is deleted by its password")
        func delete() throws {
            let (email, mine) = try client.newSession()
            let wrong = try ask("DELETE", "/api/me/", mine.access, json: #"{"password":"not it at all 1"}"#)
            #expect(wrong.status == 400 && wrong.text == #"{"password":["The password is not correct."]}"#)
            #expect(try ask("DELETE", "/api/me/", mine.access).status == 400)
            let json = "{\"password\":\(jsonText(WireClient.password))}"
            #expect(try ask("DELETE", "/api/me/", mine.access, json: json).status == 204)
            #expect(try client.me(mine.access).status == 401)
            #expect(try client.login(email).status == 401)
            #expect(try client.register(email).status == 200, "the address is free again")
        }

        @Test("nothing of it works without a token")
        func bearer() throws {
            for (method, path) in [
                ("GET", "/api/sessions/"), ("DELETE", "/api/sessions/"),
                ("DELETE", "/api/sessions/00000000-0000-0000-0000-000000000000/"), ("POST", "/api/password/"),
                ("DELETE", "/api/me/"),
            ] { #expect(try client.exchange(WireRequest(method, path)).status == 401) }
        }

        @Test("what has ended has ended at once, and also behind a SIGKILL")
        func kill() throws {
            let server = try ServerProcess(logLevel: "warning")
            let client = WireClient(port: server.port)
            let (email, ended) = try client.newSession()
            let alive = try client.tokens(email)
            let (other, inactive) = try client.newSession()
            let headers = [("Authorization", "Bearer \(alive.access)")]
            #expect(try client.exchange(WireRequest("DELETE", "/api/sessions/", headers)).status == 204)
            #expect(try client.me(ended.access).status == 401, "by the next request")
            #expect(try server.command(["users", "deactivate", other]).exit == .code(0))
            let start = ContinuousClock.now
            let refused: Bool? = try waitUntil(3, every: 5_000) {
                try client.me(inactive.access).status == 401 ? true : nil
            }
            #expect(refused == true && seconds(since: start) < 1)
            server.kill()
            try server.start()
            let again = WireClient(port: server.port)
            for tokens in [ended, inactive] {
                #expect(try again.me(tokens.access).status == 401)
                #expect(try again.refresh(tokens.refresh).status == 400)
            }
            #expect(try again.me(alive.access).status == 200)
        }
    }
}
