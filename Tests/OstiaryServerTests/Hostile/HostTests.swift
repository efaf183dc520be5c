// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Heads that HTTP lets nobody send (RFC 9112 §3.2, RFC 9110 §5.5), told in the form of the contract.
    @Suite struct Heads {
        private func ask(_ lines: String..., path: String = "/api/", version: String = "1.1") throws -> WireAnswer {
            let head = (["GET \(path) HTTP/\(version)"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
            return try SharedServers.client().exchange(Array(head.utf8), method: "GET")
        }

        @Test("a request names one host")
        func host() throws {
            for lines in [
                [], ["Host: a", "Host: a"], ["Host: a b"], ["Host: a/b"], ["Host: a@b"], ["Host: \u{212A}"],
                ["Host: a,b\""],
            ] {
                let head = (["GET /api/ HTTP/1.1"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
                let answer = try SharedServers.client().exchange(Array(head.utf8), method: "GET")
                #expect(answer.status == 400, "\(lines)")
                #expect(answer.member("detail")?.contains("Host") == true && answer["X-Request-ID"] != nil, "\(answer)")
            }
            for host in ["a", "a:80", "[::1]:8000", "127.0.0.1", "", "a_b.example", "%41"] {
                #expect(try ask("Host: \(host)").status == 200, "\(host)")
            }
        }

        @Test("a token from memory is no way around it")
        func immediate() throws {
            let client = try SharedServers.client()
            let bearer = "Authorization: Bearer \(try client.newSession().tokens.access)"
            #expect(try ask("Host: a", bearer, path: "/api/me/").status == 200)
            #expect(try ask("Host: a", bearer, path: "/api/me/").status == 200)
            #expect(try ask(bearer, path: "/api/me/").status == 400)
            #expect(try ask("Host: a", "Host: b", bearer, path: "/api/me/").status == 400)
            #expect(try ask("Host: a b", bearer, path: "/api/me/").status == 400)
        }

        @Test("health probes and HTTP/1.0 need none")
        func probes() throws {
            for path in ["/healthz", "/readyz", "/healthz/", "/readyz/"] { #expect(try ask(path: path).status == 200) }
            #expect(try ask(path: "/api/", version: "1.0").status == 200)
            #expect(try ask(path: "/healthz/x").status == 400)
        }

        @Test("paths and headers that mean something are ASCII")
        func text() throws {
            for (name, value) in [
                ("Accept", "text/\u{FC}"), ("Content-Type", "application/\u{212A}son"),
                ("Origin", "https://\u{FC}.example"),
            ] {
                let answer = try ask("Host: a", "\(name): \(value)")
                #expect(answer.status == 400 && answer.member("detail") == "Malformed request. \(name) must be ASCII.")
            }
            #expect(try ask("Host: a", path: "/api/m\u{FC}/").status == 400)
            #expect(try ask("Host: a", path: "/api/m%C3%BC/").status == 404)
            for name in ["User-Agent", "Cookie", "X-Forwarded-For", "X-Other"] {
                #expect(try ask("Host: a", "\(name): M\u{FC}ller").status == 200, "\(name)")
            }
            let problem = try ask("Host: a", "Accept: application/problem+json", "Origin: \u{FC}")
            #expect(problem.status == 400 && problem.member("code") == "malformed_request")
        }

        @Test("another spelling of a token is refused, before and after the right one was used")
        func spelling() throws {
            let client = try SharedServers.client()
            var access = ""
            while !access.contains("K") { access = try client.newSession().tokens.access }
            let other = access.replacing("K", with: "\u{212A}", maxReplacements: 1)
            for token in [other, access, other] {
                #expect(try client.me(token).status == (token.utf8.elementsEqual(access.utf8) ? 200 : 401))
            }
        }

        @Test("an encoded body is refused, and the answer says what is taken")
        func encodings() throws {
            for encoding in ["gzip", "br", "identity, gzip", "deflate"] {
                let request = WireRequest("POST", "/api/refresh/", [("Content-Encoding", encoding)], json: "{}")
                let answer = try SharedServers.client().exchange(request)
                #expect(answer.status == 415 && answer["Accept-Encoding"] == "identity")
                #expect(answer.member("detail")?.contains("content encoding") == true)
            }
            for encoding in ["identity", "IDENTITY", ""] {
                let request = WireRequest("POST", "/api/refresh/", [("Content-Encoding", encoding)], json: "\u{FEFF}{}")
                #expect(try SharedServers.client().exchange(request).text == #"{"error":"Invalid refresh token"}"#)
            }
        }

        @Test("the names of two requests tell nothing of each other")
        func requestIDs() throws {
            let ids = try (0..<50).map { _ in try #require(try ask("Host: a")["X-Request-ID"]) }
            #expect(Set(ids).count == 50 && ids.allSatisfy { $0.count == 32 })
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0.prefix(8) != $1.prefix(8) })
        }
    }
}
