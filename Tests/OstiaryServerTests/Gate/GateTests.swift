// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The gate, asked as a proxy asks it.
    @Suite struct Gate {
        private let path = "/api/authorize/"
        private let loginPath = "/api/authorize/login/"

        private func bearer(_ access: String) -> [(String, String)] { [("Authorization", "Bearer \(access)")] }

        @Test("who has a token may pass, with any method, and every answer has each header", arguments: ["", "login/"])
        func admits(_ rest: String) throws {
            let client = try SharedServers.client()
            let (email, tokens) = try client.newSession()
            let claims = try AccessToken(tokens.access)
            for method in ["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "GET"] {
                let answer = try client.exchange(
                    WireRequest(
                        method, path + rest,
                        bearer(tokens.access) + [("Accept", "image/png"), ("Origin", "https://b.example")]))
                #expect(answer.status == 204, "\(method) \(answer)")
                for name in GateHeaders.names { #expect(answer.values(name).count == 1, "\(method) \(name)") }
                #expect(answer["X-Auth-Email"] == email && answer["X-Auth-User-Id"] == claims["user_id"])
                #expect(answer["X-Auth-Session"].map { "\"\($0)\"" } == claims["sid"])
                #expect(answer["X-Auth-Time"] == claims["auth_time"])
                #expect(answer["X-Auth-Groups"] == "" && answer["Remote-User"] == "")
                #expect(answer["Cache-Control"] == "no-store")
            }
            // From memory, and as a proxy with the query of a client asks.
            for query in ["", "?", "?login=1&x=%zz&format=yaml", "?max_age=600"] {
                for accept in ["text/html", "*/*"] {
                    let answer = try client.exchange(
                        WireRequest("GET", path + rest + query, bearer(tokens.access) + [("Accept", accept)]))
                    #expect(answer.status == 204, "\(query) \(answer)")
                    for name in GateHeaders.names { #expect(answer.values(name).count == 1, "\(name)") }
                }
            }
            #expect(try client.logout(tokens.refresh).status == 200)
            let ended = try client.exchange(WireRequest("GET", path + rest, bearer(tokens.access)))
            #expect(ended.status == 401 && ended["X-Auth-User-Id"] == nil)
        }

        @Test("strangers get 401 with the way to log in, and browsers are led there")
        func strangers() throws {
            let client = try SharedServers.client()
            for method in ["GET", "POST"] {
                let answer = try client.exchange(
                    WireRequest(method, path, [("X-Forwarded-Uri", "/a?x=1&y=%C3%BC"), ("Accept", "text/html")]))
                #expect(answer.status == 401 && answer.text.contains("credentials"))
                #expect(answer["Location"] == "/login/?back=%2Fa%3Fx%3D1%26y%3D%25C3%25BC")
                #expect(answer["WWW-Authenticate"] == #"Bearer realm="api""#)
            }
            let headers = [("X-Original-URI", "/b")]
            for (more, status) in [
                ([("Accept", PageVisitor.accept)], 303), ([("Accept", "application/json")], 401), ([], 401),
                ([("Sec-Fetch-Mode", "navigate")], 303), ([("Sec-Fetch-Mode", "cors"), ("Accept", "text/html")], 401),
            ] {
                let answer = try client.exchange(WireRequest("GET", loginPath, headers + more))
                #expect(answer.status == status && answer["Location"] == "/login/?back=%2Fb", "\(more)")
            }
            for (value, isToken) in [("Bearer x.y.z", true), ("Basic eDp5", false)] {
                let answer = try client.exchange(WireRequest("GET", path, [("Authorization", value)]))
                #expect(answer.status == 401)
                #expect(answer["WWW-Authenticate"]?.contains("invalid_token") == isToken)
            }
        }

        @Test(
            "the way back is a path of the same host, whatever headers say",
            arguments: [
                "//evil.example/x", "/\\evil.example", "https://evil.example/", "evil", "", "/%0d%0a", "/a\\b#c\"<>",
                "/ü", "/" + String(repeating: "x", count: 2_100), "/a, /b", "/\u{600}",
            ])
        func wayBack(_ uri: String) throws {
            let client = try SharedServers.client()
            let answer = try client.exchange(
                WireRequest(
                    "GET", loginPath,
                    [
                        ("X-Forwarded-Uri", uri), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "ftp"),
                        ("Sec-Fetch-Mode", "navigate"),
                    ]))
            #expect(answer.status == 303)
            let location = try #require(answer["Location"])
            #expect(location.hasPrefix("/login/?back=%2F") && location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            let back = location.dropFirst("/login/?back=%2F".count)
            #expect(!back.hasPrefix("%2F") && !back.hasPrefix("%5C") && back.allSatisfy { $0 != "/" && $0 != "\\" })
        }

        @Test("max_age asks for a recent login, permission for a right, and what is malformed lets nobody in")
        func demands() throws {
            let server = try SharedServers.ordinary()
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            func ask(_ query: String, _ access: String? = nil) throws -> WireAnswer {
                try client.exchange(WireRequest("GET", path + query, bearer(access ?? tokens.access)))
            }
            pause(1.1)
            #expect(try ask("?max_age=600").status == 204)
            for query in ["?max_age=0", "?max_age=600&max_age=0", "?max%5Fage=0"] {
                let old = try ask(query)
                #expect(old.status == 401 && old["Location"] == "/login/?back=%2F", "\(query)")
                let challenge = try #require(old["WWW-Authenticate"])
                #expect(challenge.contains(#"error="insufficient_user_authentication""#))
                #expect(challenge.hasSuffix(#"max_age="0""#))
            }
            for query in [
                "?max_age=", "?max_age=-1", "?max_age=1e3", "?max_age=99999999999", "?max_age", "?permission=",
                "?permission=all", "?permission=A.b", "?permission=a.b%00", "?max_age=%36%30",
                "?" + String(repeating: "a&", count: 120) + "max_age=600",
            ] {
                let answer = try ask(query)
                #expect(answer.status == 403 && answer["Location"] == nil, "\(query) \(answer)")
            }
            #expect(try ask("?permission=shop.view_order").status == 403)
            let group = "group of \(email)"
            #expect(try server.command(["groups", "add", group, "--permission", "shop.view_order"]).exit == .code(0))
            #expect(try server.command(["groups", "add-member", group, email]).exit == .code(0))
            #expect(try ask("?permission=shop.view_order&max_age=600").status == 204)
            #expect(try ask("?permission=shop.view_order&permission=shop.other").status == 403)
        }

        @Test("what is not visible ASCII is percent-encoded, and groups are told")
        func values() throws {
            let server = try ServerProcess(["--gate-remote-user", "email"])
            let client = WireClient(port: server.port)
            let email = "a%b+c'@example.com"
            try client.enrol(email)
            let tokens = try client.tokens(email)
            func ask() throws -> WireAnswer { try client.exchange(WireRequest("GET", path, bearer(tokens.access))) }
            let first = try ask()
            #expect(first["X-Auth-Email"] == "a%25b+c'@example.com" && first["Remote-User"] == first["X-Auth-Email"])
            for name in ["Käufer, große", "z 100 %"] {
                #expect(try server.command(["groups", "add", name]).exit == .code(0))
                #expect(try server.command(["groups", "add-member", name, email]).exit == .code(0))
            }
            let told: String? = try waitUntil(20) {
                let groups = try ask()["X-Auth-Groups"]
                return groups?.isEmpty == false && groups?.contains(",") == true ? groups : nil
            }
            #expect(told == "K%C3%A4ufer%2C%20gro%C3%9Fe,z%20100%20%25")
        }

        @Test("Remote-User may be the id", arguments: ["id"])
        func remoteUser(_ value: String) throws {
            let server = try ServerProcess(["--gate-remote-user", value])
            let client = WireClient(port: server.port)
            let (_, tokens) = try client.newSession()
            for _ in 0..<2 {
                let answer = try client.exchange(WireRequest("GET", path, bearer(tokens.access)))
                #expect(answer["Remote-User"] == answer["X-Auth-User-Id"] && answer["Remote-User"]?.isEmpty == false)
            }
        }
    }
}
