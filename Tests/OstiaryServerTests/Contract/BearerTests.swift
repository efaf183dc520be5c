// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What `Authorization` may hold, and how each other content is refused: 401 with a challenge (RFC 6750 §3).
    @Suite struct Bearer {
        /// One real session: its token is altered and signed again with the server's own key.
        private static let session = Result { try SharedServers.client().newSession().tokens }

        private func token() throws -> AccessToken { try AccessToken(Self.session.get().access) }

        private func me(_ values: [String]) throws -> WireAnswer {
            let headers = values.map { ("Authorization", $0) }
            return try SharedServers.client().exchange(WireRequest("GET", "/api/me/", headers))
        }

        private func expectRefusal(
            _ answer: WireAnswer, _ details: [String], tokenSent: Bool = true,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let bodies = details.map { #"{"detail":"\#($0)"}"# }
            #expect(answer.status == 401, "\(answer)", sourceLocation: sourceLocation)
            #expect(bodies.contains(answer.text), "\(answer)", sourceLocation: sourceLocation)
            expectHeaders(of: answer, allow: "GET, PUT, DELETE, HEAD, OPTIONS", sourceLocation: sourceLocation)
            #expect(answer["Cache-Control"] == "no-store", "\(answer)", sourceLocation: sourceLocation)
            let challenge = answer.values("WWW-Authenticate")
            #expect(challenge.count == 1, "\(answer)", sourceLocation: sourceLocation)
            #expect(
                challenge.first?.hasPrefix(#"Bearer realm="api""#) == true, "\(answer)", sourceLocation: sourceLocation)
            #expect(
                challenge.first?.contains(#"error="invalid_token""#) == tokenSent, "\(answer)",
                sourceLocation: sourceLocation)
        }

        @Test("missing credentials are a 401 with WWW-Authenticate", arguments: ["GET", "PUT"])
        func missing(method: String) throws {
            let answer = try SharedServers.client().exchange(WireRequest(method, "/api/me/"))
            expectRefusal(answer, ["Authentication credentials were not provided."], tokenSent: false)
        }

        @Test("an empty Authorization header is none", arguments: ["", "   ", "\t"])
        func blank(value: String) throws {
            expectRefusal(try me([value]), ["Authentication credentials were not provided."], tokenSent: false)
        }

        @Test("another scheme", arguments: ["Token x", "Basic Zmlyc3Q6c2Vjb25k", "Bearerx y", "Bearer,x", "x"])
        func otherScheme(value: String) throws {
            let answer = try me([value])
            #expect(answer.status == 401)
            #expect(answer.text == #"{"detail":"Invalid token prefix"}"#)
            #expect(answer["WWW-Authenticate"]?.hasPrefix(#"Bearer realm="api""#) == true)
        }

        @Test("the scheme in any case", arguments: ["Bearer", "bearer", "BEARER", "bEaReR"])
        func schemeCase(scheme: String) throws {
            #expect(try me(["\(scheme) \(Self.session.get().access)"]).status == 200)
        }

        @Test(
            "Bearer without a token, with two, or with nonsense",
            arguments: [
                "Bearer", "Bearer ", "Bearer a b", "Bearer a.b.c", "Bearer é", "Bearer a", "Bearer ..",
                "Bearer a.b.c.d",
                "Bearer " + String(repeating: ".", count: 7000),
            ])
        func malformed(value: String) throws {
            let answer = try me([value])
            let wasSent = value.trimmingSuffix { $0 == " " } != "Bearer"
            if wasSent { return expectRefusal(answer, ["Invalid token"]) }
            #expect(answer.status == 401)
            #expect(answer.text == #"{"detail":"Invalid token"}"#)
        }

        @Test("two Authorization headers")
        func twoHeaders() throws {
            let valid = "Bearer \(try Self.session.get().access)"
            expectRefusal(try me([valid, valid]), ["Invalid token"])
            expectRefusal(try me([valid, "Basic x"]), ["Invalid token"])
        }

        @Test("a signature that does not fit")
        func tampered() throws {
            let valid = try Self.session.get().access
            let payload = try token().with("user_id", "1").payload
            let parts = valid.split(separator: ".").map(String.init)
            let swapped = "\(parts[0]).\(Base64URL.encode(Array(payload.utf8))).\(parts[2])"
            let wrongKey = try token().signed(with: "another key of more than thirty-two bytes")
            for bad in [
                String(valid.dropLast(2)), valid + "A", swapped, wrongKey, valid + ".", valid + "=", "." + valid,
            ] {
                expectRefusal(try me(["Bearer \(bad)"]), ["Invalid token"])
            }
        }

        @Test("Token expired")
        func expired() throws {
            for exp in ["1", "1500000000", "1500000000.5", "0", "-1"] {
                expectRefusal(try me(["Bearer \(token().with("exp", exp).signed())"]), ["Token expired"])
            }
        }

        @Test("exp of a wrong kind, or none, is refused", arguments: [nil, "null", "true", #""soon""#, "[]", "{}"])
        func wrongExp(exp: String?) throws {
            expectRefusal(
                try me(["Bearer \(token().with("exp", exp).signed())"]), ["Invalid token", "Invalid credentials"])
        }

        @Test(
            "numbers that no clock shows",
            arguments: ["1e400", "99999999999999999999", "1e18", "-1e400", "9223372036854775807"])
        func hugeExp(exp: String) throws {
            let status = try me(["Bearer \(token().with("exp", exp).signed())"]).status
            #expect([200, 401].contains(status))
        }

        @Test(
            "a header that asks for another algorithm",
            arguments: [
                #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"RS256"}"#,
                #"{"alg":"hs256"}"#,
            ])
        func wrongAlgorithm(header: String) throws {
            expectRefusal(try me(["Bearer \(token().withHeader(header).signed())"]), ["Invalid credentials"])
        }

        @Test("a critical extension that nobody knows")
        func critical() throws {
            let compact = try token().withHeader(#"{"alg":"HS256","crit":["bork"],"bork":1}"#).signed()
            expectRefusal(try me(["Bearer \(compact)"]), ["Invalid token", "Invalid credentials"])
        }

        @Test("alg none without a signature")
        func unsigned() throws {
            let compact = try token().withHeader(#"{"alg":"none","typ":"JWT"}"#).signed()
            let unsigned = compact.prefix(through: compact.lastIndex(of: ".") ?? compact.startIndex)
            expectRefusal(try me(["Bearer \(unsigned)"]), ["Invalid credentials"])
        }

        @Test(
            "claims that fit no live session",
            arguments: [
                ("aud", #""x""#), ("aud", #"["x"]"#), ("iat", "4102444800"), ("nbf", "4102444800"), ("user_id", "null"),
                ("user_id", "1000000000000000000000000000000"), ("user_id", "999999999"), ("user_id", "-1"),
                ("sid", #""00000000000000000000000000000000""#),
            ])
        func wrongClaim(name: String, value: String) throws {
            expectRefusal(try me(["Bearer \(token().with(name, value).signed())"]), ["Invalid credentials"])
        }

        @Test(
            "claims of a wrong kind or missing",
            arguments: [
                ("user_id", nil), ("user_id", "true"), ("user_id", #""1""#), ("user_id", "[1]"), ("user_id", "1.5"),
                ("sid", "null"), ("sid", "5"),
            ] as [(String, String?)])
        func misshapenClaim(name: String, value: String?) throws {
            expectRefusal(
                try me(["Bearer \(token().with(name, value).signed())"]), ["Invalid token", "Invalid credentials"])
        }

        @Test("a payload that is no object", arguments: ["[1]", "5", "null", #""x""#, "", "{", #"{"a":1}x"#])
        func noObject(payload: String) throws {
            expectRefusal(try me(["Bearer \(AccessToken(payload: payload).signed())"]), ["Invalid token"])
        }

        @Test("user_id and exp are integers, iat, jti, sid and iss are there, no two tokens are equal")
        func claims() throws {
            let client = try SharedServers.client()
            let (email, tokens) = try client.newSession()
            let first = try AccessToken(tokens.access)
            let second = try AccessToken(client.tokens(email).access)
            let id = try client.me(tokens.access).integer("id")
            #expect(first.header.contains(#""alg":"HS256""#) && first.header.contains(#""typ":"JWT""#))
            #expect(first["user_id"].flatMap { Int($0) } == id)
            let exp = try #require(first["exp"].flatMap { Int($0) })
            let iat = try #require(first["iat"].flatMap { Int($0) })
            #expect(exp - iat == 108_000)
            for name in ["jti", "sid", "iss"] {
                #expect(first[name]?.hasPrefix("\"") == true && first[name] != #""""#, "\(name)")
            }
            #expect(first["jti"] != second["jti"] && first["sid"] != second["sid"] && first["iss"] == second["iss"])
            #expect(first["amr"] == #"["pwd"]"# && first["acr"] == #""aal1""#)
            let login = try #require(first["auth_time"].flatMap { Int($0) })
            #expect(abs(login - iat) <= 1)
            while Int(Timestamp.now().seconds) <= iat + 1 { pause(0.05) }
            let refreshed = try AccessToken(Tokens(client.refresh(tokens.refresh)).access)
            #expect(refreshed["sid"] == first["sid"])
            #expect(refreshed["iat"] != first["iat"], "a new token")
            for name in ["auth_time", "amr", "acr"] { #expect(refreshed[name] == first[name], "of the same login") }
        }

        @Test("PATCH without credentials is 405")
        func patch() throws {
            let answer = try SharedServers.client().exchange(WireRequest("PATCH", "/api/me/"))
            #expect(answer.status == 405)
            #expect(answer.text == #"{"detail":"Method \"PATCH\" not allowed."}"#)
            #expect(answer["Allow"] == "GET, PUT, DELETE, HEAD, OPTIONS")
        }

        @Test("POST without credentials is 405 too: the method is judged first")
        func post() throws {
            #expect(try SharedServers.client().exchange(WireRequest("POST", "/api/me/", json: "{}")).status == 405)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
