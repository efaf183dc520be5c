// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// RFC 9457 for clients that ask for it: the same status, and a code that a program can compare.
    @Suite struct Problems {
        private func post(_ path: String, _ json: String, accept: String = "application/problem+json") throws
            -> WireAnswer
        {
            try SharedServers.client().exchange(WireRequest("POST", path, [("Accept", accept)], json: json))
        }

        private func code(_ answer: WireAnswer, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation)
            -> String
        {
            #expect(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
            #expect(answer["Content-Type"] == "application/problem+json", "\(answer)", sourceLocation: sourceLocation)
            #expect(answer.integer("status") == status, "\(answer)", sourceLocation: sourceLocation)
            let code = answer.member("code") ?? ""
            #expect(!code.isEmpty, "\(answer)", sourceLocation: sourceLocation)
            return code
        }

        @Test(
            "alone or among other types",
            arguments: [
                "application/problem+json", "application/json, application/problem+json",
                "application/problem+json, text/html;q=0.1", "application/problem+json;q=0.9, */*",
                "Application/Problem+JSON",
            ])
        func accept(accept: String) throws {
            _ = code(try post("/api/login/", "{}", accept: accept), 401)
        }

        @Test("not for clients that did not ask", arguments: ["*/*", "application/json", "application/*"])
        func notAsked(accept: String) throws {
            #expect(try post("/api/login/", "{}", accept: accept)["Content-Type"] == "application/json")
        }

        @Test(
            "a success stays application/json, and this type is never a 406",
            arguments: ["application/problem+json", "application/xml, application/problem+json"])
        func success(accept: String) throws {
            let json = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
            for path in ["/api/register/", "/api/login/"] {
                let answer = try post(path, json, accept: accept)
                #expect(answer.status == 200)
                #expect(answer["Content-Type"] == "application/json")
            }
        }

        @Test("one code for each uniform answer, whatever the cause")
        func uniform() throws {
            let client = try SharedServers.client()
            let (email, first) = try client.newSession()
            let logins = [
                "{}", "[]", #"{"email":"\#(email)","password":"wrong"}"#,
                #"{"email":"no@mail.example","password":"x"}"#,
                #"{"email":5,"password":null}"#,
            ]
            let loginCodes = Set(try logins.map { code(try post("/api/login/", $0), 401) })
            #expect(loginCodes.count == 1)

            _ = try client.refresh(first.refresh)
            let causes = [
                "{}", "[]", #"{"refresh_token":"x"}"#, #"{"refresh_token":"\#(first.refresh)"}"#,
                #"{"refresh_token":"12345678-1234-4234-8234-123456789012"}"#,
            ]
            let refreshCodes = Set(try causes.map { code(try post("/api/refresh/", $0), 400) })
            #expect(refreshCodes.count == 1)
            #expect(loginCodes.isDisjoint(with: refreshCodes))
        }

        @Test("a bearer token's refusal says why in problem documents, and in JSON what the contract says")
        func bearer() throws {
            let server = try ServerProcess()
            let client = WireClient(port: server.port)
            func expect(_ access: String, _ code: String, _ detail: String, contract: String) throws {
                let bearer = ("Authorization", "Bearer \(access)")
                let problem = try client.exchange(
                    WireRequest("GET", "/api/me/", [bearer, ("Accept", "application/problem+json")]))
                #expect(self.code(problem, 401) == code && problem.member("detail") == detail, "\(problem)")
                #expect(problem["WWW-Authenticate"] == #"Bearer realm="api", error="invalid_token""#)
                #expect(try client.me(access).text == #"{"detail":"\#(contract)"}"#)
            }
            let (email, tokens) = try client.newSession()
            let token = try AccessToken(tokens.access)
            #expect(try client.logout(tokens.refresh).status == 200)
            let ended = "The session of this access token has ended."
            try expect(tokens.access, "session_ended", ended, contract: "Invalid credentials")
            let inactive = try client.tokens(email)
            #expect(try server.command(["users", "deactivate", email]).exit == .code(0))
            for _ in 0..<100 where try client.me(inactive.access).status != 401 { pause(0.02) }
            let sentence = "The user of this access token is inactive."
            try expect(inactive.access, "user_inactive", sentence, contract: "Invalid credentials")
            try expect("x.y.z", "token_invalid", "Invalid token", contract: "Invalid token")
            let past = token.with("exp", "1000000000").signed()
            try expect(past, "token_expired", "Token expired", contract: "Token expired")
            let foreign = token.with("aud", "\"other\"").signed()
            let refused = "The access token was not made for this API."
            try expect(foreign, "token_invalid", refused, contract: "Invalid credentials")
            // Nothing is told to somebody without the key: the session of a forged token is not looked at.
            let forged = token.signed(with: "another key of thirty-two letters")
            try expect(forged, "token_invalid", "Invalid token", contract: "Invalid token")
        }

        @Test("a path that is nearly one of ours names it; another does not")
        func nearest() throws {
            let client = try SharedServers.client()
            let near = [
                "/api/registre/": "/api/register/", "/api/lgoin": "/api/login/", "/login": "/api/login/",
                "/API/ME/": "/api/me/", "/api/session/?x=1": "/api/sessions/",
            ]
            for (path, nearest) in near {
                let problem = try client.exchange(
                    WireRequest("POST", path, [("Accept", "application/problem+json")], json: "{}"))
                #expect(code(problem, 404) == "not_found")
                #expect(
                    problem.member("detail") == "There is nothing at this path. Did you mean \(nearest)?", "\(path)")
                let plain = try client.exchange(WireRequest("POST", path, json: "{}"))
                #expect(plain.text == #"{"detail":"Not found."}"# && plain["Link"] == "<\(nearest)>; rel=\"related\"")
                let page = try PageVisitor().open(path)
                #expect(path == "/login" || page.text.contains(#"<a href="\#(nearest)"><code>\#(nearest)<"#), "\(path)")
            }
            for path in ["/api/nope/", "/favicon.ico", "/" + String(repeating: "x", count: 3_000), "/api//"] {
                let answer = try client.exchange(WireRequest("GET", path))
                #expect(answer.status == 404 && answer["Link"] == nil, "\(path.prefix(20))")
            }
        }

        @Test("different refusals have different codes")
        func distinct() throws {
            let client = try SharedServers.client()
            let problem = ("Accept", "application/problem+json")
            var codes = [
                code(try post("/api/register/", "{}"), 400), code(try post("/api/register/", "{"), 400),
                code(try post("/api/login/", "{}"), 401), code(try post("/api/refresh/", "{}"), 400),
                code(try post("/api/login/", String(repeating: " ", count: 65_537)), 413),
            ]
            codes.append(code(try client.exchange(WireRequest("GET", "/api/login/", [problem])), 405))
            codes.append(code(try client.exchange(WireRequest("GET", "/api/nope/", [problem])), 404))
            codes.append(
                code(
                    try client.exchange(
                        WireRequest("POST", "/api/login/", [problem, ("Content-Type", "text/plain")], body: [120])), 415
                ))
            let missing = try client.exchange(WireRequest("GET", "/api/me/", [problem]))
            codes.append(code(missing, 401))
            #expect(missing["WWW-Authenticate"] == #"Bearer realm="api""#)
            #expect(Set(codes).count == codes.count, "\(codes)")
        }
    }
}
