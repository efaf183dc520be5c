// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What pages of other origins may read (CORS).
    @Suite struct CrossOrigin {
        private static let app = "https://app.example"
        private static let server = Result {
            try ServerProcess(
                ["--cors-origin", app], environment: ["OSTIARY_CORS_ORIGIN": "https://ignored.example"])
        }

        private func ask(_ method: String, _ path: String, _ headers: [(String, String)] = []) throws -> WireAnswer {
            try WireClient(port: Self.server.get().port).exchange(WireRequest(method, path, headers))
        }

        private func preflight(_ path: String, from origin: String) throws -> WireAnswer {
            try ask(
                "OPTIONS", path,
                [
                    ("Origin", origin), ("Access-Control-Request-Method", "PUT"),
                    ("Access-Control-Request-Headers", "authorization"),
                ])
        }

        private func allowances(_ answer: WireAnswer) -> [String] {
            answer.headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("access-control-") }.sorted()
        }

        @Test("a preflight from the origin is answered 204 with what the path allows")
        func allowed() throws {
            for (path, methods) in [
                ("/api/me/", "GET, PUT, DELETE, HEAD, OPTIONS"), ("/api/login", "POST, OPTIONS"),
                ("/api/sessions/x/", "DELETE, OPTIONS"),
            ] {
                let answer = try preflight(path, from: Self.app)
                #expect(answer.status == 204 && answer.body.isEmpty && answer["Content-Type"] == nil)
                #expect(answer.values("Access-Control-Allow-Origin") == [Self.app])
                #expect(answer["Access-Control-Allow-Methods"] == methods)
                #expect(
                    answer["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Idempotency-Key, Accept")
                #expect(answer["Access-Control-Max-Age"] == "3600")
                #expect(answer["Access-Control-Allow-Credentials"] == nil)
                #expect(answer.values("Vary") == ["Accept, Origin"])
            }
        }

        @Test("an answer to the origin may be read, refusals and their headers too")
        func answers() throws {
            for (method, path, status) in [("GET", "/api/me/", 401), ("GET", "/api/", 200), ("GET", "/nope", 404)] {
                let answer = try ask(method, path, [("Origin", Self.app)])
                #expect(answer.status == status)
                #expect(answer.values("Access-Control-Allow-Origin") == [Self.app])
                #expect(answer["Access-Control-Expose-Headers"] == "Retry-After, X-Request-ID, WWW-Authenticate")
                #expect(answer.values("Vary") == ["Accept, Origin"])
            }
        }

        @Test("one who is logged in is answered from memory to the origin, and says Vary without one")
        func memory() throws {
            let client = try WireClient(port: Self.server.get().port)
            let bearer = ("Authorization", "Bearer \(try client.newSession().tokens.access)")
            for _ in 0..<3 {
                let same = try client.exchange(WireRequest("GET", "/api/me/", [bearer]))
                #expect(same.status == 200 && same.values("Vary") == ["Accept, Origin"] && allowances(same).isEmpty)
                let other = try client.exchange(WireRequest("GET", "/api/me/", [bearer, ("Origin", Self.app)]))
                #expect(other.status == 200 && other.values("Access-Control-Allow-Origin") == [Self.app])
            }
        }

        @Test(
            "no other origin is allowed anything",
            arguments: [
                "https://app.example.evil.example", "http://app.example", "https://app.example:8443", "null", "*",
                "https://APP.example", "https://ignored.example", "",
            ])
        func others(origin: String) throws {
            for answer in [try preflight("/api/me/", from: origin), try ask("GET", "/api/", [("Origin", origin)])] {
                #expect(answer.status == 200)
                #expect(allowances(answer).isEmpty, "\(answer)")
                #expect(answer.values("Vary") == ["Accept, Origin"])
            }
            let twice = try ask("GET", "/api/", [("Origin", Self.app), ("Origin", origin)])
            #expect(allowances(twice).isEmpty)
        }

        @Test("OPTIONS that is no preflight answers what it always does")
        func options() throws {
            let plain = try SharedServers.client().exchange(WireRequest("OPTIONS", "/api/login/"))
            let answer = try ask("OPTIONS", "/api/login/", [("Origin", Self.app)])
            #expect(answer.status == 200 && answer.body == plain.body)
        }

        @Test("a server that was told no origin knows nothing of it")
        func off() throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("OPTIONS", "/api/me/", [("Origin", Self.app), ("Access-Control-Request-Method", "PUT")]))
            #expect(answer.status == 200 && allowances(answer).isEmpty && answer.values("Vary") == ["Accept"])
        }

        @Test(
            "what is no origin keeps the server from starting, and is named",
            arguments: [
                "*", "null", "app.example", "https://app.example/", "https://app.example/path", "https://*.example",
                "https://App.example", "https://app.example:443", "http://app.example:80", "https://app.example:0",
                "https://app.example:x", "https://user@app.example", "ftp://app.example", "https://", "",
            ])
        func malformed(origin: String) throws {
            let directory = try TemporaryDirectory()
            let result = try runCommand([
                "serve", "--data-dir", directory.file("data"), "--cors-origin", "https://good.example",
                "--cors-origin", origin,
            ])
            #expect(result.exit == .code(78))
            #expect(result.stderr.contains("--cors-origin") && result.stderr.contains("\"\(origin)\""))
        }
    }
}
