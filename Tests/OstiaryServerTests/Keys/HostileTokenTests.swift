// SPDX-License-Identifier: Apache-2.0

import Crypto
import Glibc
import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Tokens for a server that has a key of each algorithm: none of them may get in, and none may make it fail or fetch.
    @Suite struct HostileTokens {
        private static let forge = Result { try TokenForge() }
        private let forge: TokenForge

        init() throws { forge = try Self.forge.get() }

        private func expectRefused(
            _ tokens: [(name: String, token: String)], sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let client = WireClient(port: forge.site.servers[0].port)
            #expect(!tokens.isEmpty, sourceLocation: sourceLocation)
            for (name, token) in tokens {
                for (method, path) in [
                    ("GET", "/api/me/"), ("PUT", "/api/me/"), ("POST", "/api/password/"), ("GET", "/api/sessions/"),
                    ("GET", "/api/admin/users/"),
                ] {
                    let bearer = [("Authorization", "Bearer \(token)")]
                    let request =
                        method == "GET"
                        ? WireRequest(method, path, bearer) : WireRequest(method, path, bearer, json: "{}")
                    let answer = try client.exchange(request)
                    #expect(
                        answer.status == 401, "\(name), \(method) \(path): \(answer)", sourceLocation: sourceLocation)
                    #expect(
                        answer["WWW-Authenticate"]?.contains(#"error="invalid_token""#) == true, "\(name): \(answer)",
                        sourceLocation: sourceLocation)
                }
                for name in ["introspect", "revoke"] {
                    let answer = try client.exchange(forge.client.request(name, token))
                    let good = name == "introspect" ? #"{"active":false}"# : ""
                    #expect(
                        answer.status == 200 && answer.text == good, "\(name), /api/\(name)/: \(answer)",
                        sourceLocation: sourceLocation)
                }
            }
        }

        @Test(
            "a token of each algorithm, signed here by the key of the server, is good", arguments: KeyAlgorithm.allCases
        )
        func control(_ algorithm: KeyAlgorithm) throws {
            let (token, key) = try (forge.token(algorithm), forge.key(algorithm))
            #expect(token.headerMember("typ") == "at+jwt" && token.headerMember("kid") == key.fingerprint)
            let client = WireClient(port: forge.site.servers[0].port)
            #expect(try client.me(token.signed(by: key)).status == 200)
            let several = token.with("aud", #"["x","ostiary"]"#).signed(by: key)
            #expect(try client.me(several).status == 200)
            let answer = try client.exchange(forge.client.request("introspect", several))
            #expect(
                answer.text.hasPrefix(#"{"active":true"#) && answer.text.contains(#""aud":["x","ostiary"]"#),
                "\(answer)")
        }

        @Test("a kid that is a path, a query, 10 KB, or no text", arguments: KeyAlgorithm.allCases)
        func foreignKeyID(_ algorithm: KeyAlgorithm) throws {
            let (token, key) = try (forge.token(algorithm), forge.key(algorithm))
            let ids = [
                jsonText("../../../../../../dev/null"), jsonText("' OR '1'='1"),
                jsonText("x'; DROP TABLE ostiary_key--"),
                jsonText(String(repeating: "k", count: 5_000)), jsonText(String(repeating: "k", count: 10_240)),
                jsonText(""), "null", "1", "[]", "{}", "true", jsonText(key.fingerprint + "\u{0}"),
                jsonText(key.fingerprint.uppercased()), jsonText("http://127.0.0.1:1/"),
            ]
            let headers = ids.map { #"{"alg":"\#(algorithm.rawValue)","typ":"at+jwt","kid":\#($0)}"# }
            try expectRefused(
                (headers + [#"{"alg":"\#(algorithm.rawValue)","typ":"at+jwt"}"#]).map {
                    (String($0.prefix(90)), token.withHeader($0).signed(by: key))
                })
        }

        @Test("jku, jwk, x5u and x5c of the attacker's key are not looked at", arguments: KeyAlgorithm.allCases)
        func broughtAlong(_ algorithm: KeyAlgorithm) throws {
            let listener = try ListeningSocket(port: FreePorts.next())
            defer { listener.close() }
            let (token, own) = try (forge.token(algorithm), PrivateKey(generating: algorithm))
            let url = "\"http://127.0.0.1:\(listener.port)/keys\""
            let members = [
                #""jku":\#(url)"#, #""jwk":\#(own.publicKey.jwk.text)"#, #""x5u":\#(url)"#, #""x5c":["MAA="]"#,
            ]
            let ids = [token.headerMember("kid") ?? "", own.fingerprint]
            try expectRefused(
                members.flatMap { member in
                    ids.map { id in
                        let header = #"{"alg":"\#(algorithm.rawValue)","typ":"at+jwt","kid":"\#(id)",\#(member)}"#
                        return (String(header.prefix(120)), token.withHeader(header).signed(by: own))
                    }
                })
            var polled = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&polled, 1, 0) == 0, "the server has fetched something")
        }

        @Test("another algorithm in the header, and HS256 with what everybody knows", arguments: KeyAlgorithm.allCases)
        func otherAlgorithm(_ algorithm: KeyAlgorithm) throws {
            let (token, key) = try (forge.token(algorithm), forge.key(algorithm))
            let id = key.fingerprint
            var tokens: [(String, String)] = []
            for name in ["none", "None", "nOnE", ""] {
                let text = token.withHeader(#"{"alg":"\#(name)","typ":"at+jwt","kid":"\#(id)"}"#).signed(by: key)
                tokens += [
                    (name, text), (name, String(text.prefix(through: text.lastIndex(of: ".") ?? text.startIndex))),
                ]
            }
            for name in ["ES256", "RS256", "EdDSA", "Ed25519", "PS256", "ES384", "RS512", "es256"]
            where name != algorithm.rawValue {
                let header = #"{"alg":"\#(name)","typ":"at+jwt","kid":"\#(id)"}"#
                tokens.append((name, token.withHeader(header).signed(by: key)))
            }
            let pem = key.publicKey.pem
            let der = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
            let secrets = [
                pem, pem + "\n", String(decoding: Base64URL.decode(der) ?? [], as: UTF8.self), key.publicKey.jwk.text,
                id,
                "",
            ]
            for type in ["at+jwt", "JWT"] {
                for id in [#","kid":"\#(id)""#, ""] {
                    let changed = token.withHeader(#"{"alg":"HS256","typ":"\#(type)"\#(id)}"#)
                    for base in [changed, changed.with("aud", nil)] {
                        tokens += secrets.map { ("HS256 \(type)\(id)", base.signed(with: $0)) }
                        tokens.append(("HS256 by DER \(id)", base.signed(withBytes: Base64URL.decode(der) ?? [])))
                    }
                }
            }
            try expectRefused(tokens)
        }

        @Test("a token of one key under the name of another", arguments: KeyAlgorithm.allCases)
        func otherKey(_ algorithm: KeyAlgorithm) throws {
            let token = try forge.token(algorithm)
            var tokens: [(String, String)] = []
            for other in KeyAlgorithm.allCases where other != algorithm {
                let key = try forge.key(other)
                for name in [algorithm, other] {
                    for id in [try forge.key(algorithm).fingerprint, key.fingerprint]
                    where name != other || id != key.fingerprint {
                        let header = #"{"alg":"\#(name.rawValue)","typ":"at+jwt","kid":"\#(id)"}"#
                        tokens.append((header, token.withHeader(header).signed(by: key)))
                    }
                }
            }
            try expectRefused(tokens)
        }

        @Test("a signature of another form or length", arguments: KeyAlgorithm.allCases)
        func signatureForm(_ algorithm: KeyAlgorithm) throws {
            let text = try forge.token(algorithm).signed(by: forge.key(algorithm))
            let input = text.prefix { $0 != "." } + "." + text.split(separator: ".")[1]
            let right = try #require(Base64URL.decode(String(text.split(separator: ".")[2])))
            var wrong: [[UInt8]] = [
                [], [0], right + [0], [0] + right, right.dropLast(), Array(right.dropFirst()), right + right,
                Array(repeating: 0, count: right.count), Array(repeating: 255, count: right.count), right.reversed(),
            ]
            for place in [0, right.count / 2 - 1, right.count / 2, right.count - 1] {
                var changed = right
                changed[place] ^= 1
                wrong.append(changed)
            }
            if algorithm == .es256 {
                wrong.append(Array(try P256.Signing.ECDSASignature(rawRepresentation: right).derRepresentation))
                wrong.append(Array(right[..<32]) + Array(repeating: 0, count: 32))
            }
            let spellings = [text + "=", text + ".", text + "A", String(text.dropLast(1)), "." + text]
            try expectRefused(
                wrong.map { ("\($0.count) bytes", input + "." + Base64URL.encode($0)) }
                    + spellings.map { ("spelling", $0) })
        }

        @Test("headers: crit, members twice, another typ", arguments: KeyAlgorithm.allCases)
        func header(_ algorithm: KeyAlgorithm) throws {
            let (token, key) = try (forge.token(algorithm), forge.key(algorithm))
            let name = algorithm.rawValue
            let rest = #""kid":"\#(key.fingerprint)""#
            let headers = [
                #"{"alg":"\#(name)","typ":"at+jwt",\#(rest),"crit":["x"],"x":1}"#,
                #"{"alg":"\#(name)","typ":"at+jwt",\#(rest),"crit":[]}"#,
                #"{"alg":"\#(name)","typ":"at+jwt",\#(rest),"crit":["b64"],"b64":false}"#,
                #"{"alg":"\#(name)","alg":"\#(name)","typ":"at+jwt",\#(rest)}"#,
                #"{"alg":"none","alg":"\#(name)","typ":"at+jwt",\#(rest)}"#,
                #"{"alg":"\#(name)","typ":"at+jwt",\#(rest),\#(rest)}"#,
                #"{"alg":"\#(name)","typ":"JWT",\#(rest)}"#, #"{"alg":"\#(name)",\#(rest)}"#,
                #"{"alg":"\#(name)","typ":"refresh+jwt",\#(rest)}"#, #"{"alg":"\#(name)","typ":null,\#(rest)}"#,
                #"{"alg":["\#(name)"],"typ":"at+jwt",\#(rest)}"#, #"[]"#, "",
            ]
            try expectRefused(headers.map { ($0, token.withHeader($0).signed(by: key)) })
        }

        @Test("claims: aud, sub, iss, sid, user_id, exp", arguments: KeyAlgorithm.allCases)
        func claims(_ algorithm: KeyAlgorithm) throws {
            let (token, key) = try (forge.token(algorithm), forge.key(algorithm))
            var tokens: [(String, String)] = []
            let changes: [(String, [String?])] = [
                (
                    "aud",
                    [
                        nil, #""other""#, #"["other"]"#, "[]", "null", "1", #""Ostiary""#, #"[["ostiary"]]"#,
                        #"["ostiary",1]"#, #"["ostiary","\ud800"]"#,
                    ]
                ),
                ("sub", [nil, "null", #""""#, #""999999""#, "1", #"["1"]"#]),
                ("iss", [nil, #""other""#, "null", "1"]),
                ("sid", [nil, "null", #""00000000000000000000000000000000""#]),
                ("user_id", [nil, "999999999", #""1""#, "null"]), ("exp", [nil, "1", "null", #""soon""#]),
                ("nbf", ["4102444800"]), ("iat", ["4102444800"]), ("jti", ["1", "null", #""\ud800""#]),
            ]
            for (name, values) in changes {
                tokens += values.map { ("\(name) \($0 ?? "missing")", token.with(name, $0).signed(by: key)) }
            }
            let user = token["user_id"] ?? ""
            var twice = token
            twice.payload = "{\"user_id\":\(user)," + token.payload.dropFirst()
            tokens.append(("user_id twice", twice.signed(by: key)))
            for payload in ["[]", "", "{", "1"] {
                tokens.append((payload, AccessToken(header: token.header, payload: payload).signed(by: key)))
            }
            try expectRefused(tokens)
        }

        @Test("HS256: at+jwt by the shared secret, an aud, the kid of a key")
        func shared() throws {
            let token = forge.shared
            let client = WireClient(port: forge.site.servers[0].port)
            #expect(try client.me(token.signed()).status == 200, "the shared secret verifies on")
            let kid = try forge.key(.es256).fingerprint
            try expectRefused([
                ("at+jwt", token.withHeader(#"{"alg":"HS256","typ":"at+jwt"}"#).signed()),
                ("at+jwt with aud", try forge.token(.es256).withHeader(#"{"alg":"HS256","typ":"at+jwt"}"#).signed()),
                ("aud", token.with("aud", #""ostiary""#).signed()),
                ("kid", token.withHeader(#"{"alg":"HS256","typ":"JWT","kid":"\#(kid)"}"#).signed()),
            ])
        }
    }
}

/// A server with a key of each algorithm, and the private keys as its worst enemy would have them.
private final class TokenForge: Sendable {
    let site: KeySite
    private let tokens: [KeyAlgorithm: AccessToken]
    private let keys: [KeyAlgorithm: PrivateKey]
    let shared: AccessToken
    let client: ClientLogin

    init() throws {
        site = try KeySite()
        self.client = try ClientLogin(
            site.command(["clients", "add", "judge", "--may", "introspect,revoke", "--json"]))
        let client = site.clients[0]
        let (email, first) = try client.newSession()
        shared = try AccessToken(first.access)
        var (tokens, keys): ([KeyAlgorithm: AccessToken], [KeyAlgorithm: PrivateKey]) = ([:], [:])
        for algorithm in KeyAlgorithm.allCases {
            let id = try site.rotate(algorithm.rawValue, now: true)
            let token: AccessToken? = try waitUntil(30) {
                let token = try AccessToken(client.tokens(email).access)
                return token.headerMember("kid") == id ? token : nil
            }
            guard let token else { throw Failure("\(id) does not sign") }
            (tokens[algorithm], keys[algorithm]) = (token, try site.privateKey(id))
        }
        (self.tokens, self.keys) = (tokens, keys)
    }

    func token(_ algorithm: KeyAlgorithm) throws -> AccessToken {
        guard let token = tokens[algorithm] else { throw Failure("no token") }
        return token
    }

    func key(_ algorithm: KeyAlgorithm) throws -> PrivateKey {
        guard let key = keys[algorithm] else { throw Failure("no key") }
        return key
    }

}

extension AccessToken {
    /// ``signed(with:)`` by a secret that is no text.
    fileprivate func signed(withBytes secret: [UInt8]) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: secret))
        return input + "." + Base64URL.encode(Array(code))
    }
}
