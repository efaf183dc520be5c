// SPDX-License-Identifier: Apache-2.0

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
