// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import OstiaryTestSupport

/// A token, and what each verifier says of it.
struct TokenCase: Sendable {
    let name: String
    let token: String
    let verdict: String

    init(_ name: String, _ token: String, _ verdict: String) {
        self.name = name
        self.token = token
        self.verdict = verdict
    }
}

/// The tokens of an issuer, and those of others who want to be it.
struct TokenCases {
    let issuer: Issuer
    let address: String

    init(address: String) throws {
        issuer = try Issuer.ours.get()
        self.address = address
    }

    var good: Draft { Draft(issuer: address) }
    private var now: Int { Int(Date().timeIntervalSince1970) }

    private func sign(_ draft: Draft, _ algorithm: Issuer.Algorithm = .es256) throws -> String {
        try draft.signed(by: issuer, algorithm)
    }

    /// All of them.
    func all() throws -> [TokenCase] {
        try accepted() + headers() + foreign() + publicKeyAsSecret() + signatures() + claims() + times() + texts()
    }

    private func accepted() throws -> [TokenCase] {
        try Issuer.Algorithm.allCases.map {
            TokenCase("good \($0.rawValue)", try sign(Draft($0, issuer: address), $0), "ok 7")
        }
            + [
                ("application/", good.header("typ", #""application/at+jwt""#)),
                ("upper case", good.header("typ", #""AT+JWT""#)),
                ("one of several audiences", good.claim("aud", #"["x","calendar"]"#)),
                ("no iat", good.claim("iat", nil)),
                ("exp with a fraction of zero", good.claim("exp", "\(now + 600).0")),
                ("expired within the leeway", good.claim("exp", "\(now - 5)")),
                ("ahead within the leeway", good.claim("iat", "\(now + 20)").claim("nbf", "\(now + 20)")),
                // The headers are not read: the signature is that of the issuer's key.
                ("jku", good.header("jku", #""\#(address)/jku""#)), ("x5u", good.header("x5u", #""\#(address)/x5u""#)),
            ].map { TokenCase($0.0, try sign($0.1), "ok 7") }
    }

    private func headers() throws -> [TokenCase] {
        let kid = #""ES256""#
        let text = Draft.text(good.header)
        func signed(_ header: String) throws -> String {
            try Draft.signed("\(base64URL(header.utf8)).\(base64URL(Draft.text(good.payload).utf8))", by: issuer)
        }
        return try [
            ("typ JWT", good.header("typ", #""JWT""#), "type"), ("no typ", good.header("typ", nil), "type"),
            ("typ of a refresh token", good.header("typ", #""refresh+jwt""#), "type"),
            ("typ of the feed", good.header("typ", #""revocations+jwt""#), "type"),
            ("typ null", good.header("typ", "null"), "type"),
            ("typ in a list", good.header("typ", #"["at+jwt"]"#), "type"),
            ("alg none", good.header("alg", #""none""#), "algorithm"), ("no alg", good.header("alg", nil), "algorithm"),
            ("alg ES384", good.header("alg", #""ES384""#), "algorithm"),
            ("alg es256", good.header("alg", #""es256""#), "algorithm"),
            ("alg in a list", good.header("alg", #"["ES256"]"#), "algorithm"),
            ("alg of another key", good.header("kid", #""RS256""#), "algorithm"),
            ("crit", good.header("crit", #"["x"]"#).header("x", "1"), "crit"),
            ("a name with an umlaut", good.header("ä", "1"), "malformed"),
            ("crit without names", good.header("crit", "[]"), "crit"),
            ("crit null", good.header("crit", "null"), "crit"),
            ("b64", good.header("crit", #"["b64"]"#).header("b64", "false"), "crit"),
            ("no kid", good.header("kid", nil), "unknown_key"), ("kid 1", good.header("kid", "1"), "unknown_key"),
            ("kid empty", good.header("kid", #""""#), "unknown_key"),
            ("kid unknown", good.header("kid", #""other""#), "unknown_key"),
            ("kid as a path", good.header("kid", #""../../etc/passwd""#), "unknown_key"),
            ("kid as SQL", good.header("kid", #""x' OR '1'='1""#), "unknown_key"),
            ("kid of 4 KB", good.header("kid", "\"\(String(repeating: "k", count: 4_096))\""), "unknown_key"),
            ("kid of 10 KB", good.header("kid", "\"\(String(repeating: "k", count: 10_240))\""), "malformed"),
            ("kid of another form", good.header("kid", #""ES256\u0000""#), "unknown_key"),
            ("kid __proto__", good.header("kid", #""__proto__""#), "unknown_key"),
            ("kid of a key on another curve", good.header("kid", #""P-384""#), "unknown_key"),
            ("kid of a point that is not on the curve", good.header("kid", #""off""#), "unknown_key"),
            ("kid of a short modulus", good.header("alg", #""RS256""#).header("kid", #""short""#), "unknown_key"),
            ("kid of a key for encryption", good.header("kid", #""enc""#), "unknown_key"),
            ("kid of a key for another algorithm", good.header("kid", #""ES512""#), "unknown_key"),
        ].map { TokenCase($0.0, try sign($0.1), "refused \($0.2)") }
            + [
                ("alg twice", #"{"alg":"none",\#(text.dropFirst())"#),
                ("alg twice, escaped", #"{"\u0061lg":"ES256",\#(text.dropFirst())"#),
                ("kid twice", "\(text.dropLast()),\"kid\":\(kid)}"), ("list", "[\(text)]"),
                ("no JSON", String(text.dropLast())),
                ("two objects", text + "{}"), ("comment", "\(text)/**/"), ("comma", "\(text.dropLast()),}"),
                ("empty", ""),
            ].map { TokenCase("header: \($0.0)", try signed($0.1), "refused malformed") }
    }

    /// Signatures of a key that is not the issuer's.
    private func foreign() throws -> [TokenCase] {
        let other = try Issuer.foreign.get()
        let tokens = try Issuer.Algorithm.allCases.map { algorithm in
            (algorithm.rawValue, try Draft(algorithm, issuer: address).signed(by: other, algorithm))
        }
        let named = try [
            ("jwk", good.header("jwk", other.jwk(.es256))), ("jku", good.header("jku", #""\#(address)/jku""#)),
            ("x5u", good.header("x5u", #""\#(address)/x5u""#)), ("x5c", good.header("x5c", #"["MIIB"]"#)),
        ].map { ($0.0, try $0.1.signed(by: other)) }
        return (tokens + named).map { TokenCase("key of another: \($0.0)", $0.1, "refused signature") }
    }

    /// HS256 with all that an attacker knows as its secret.
    private func publicKeyAsSecret() throws -> [TokenCase] {
        var secrets: [(String, [UInt8])] = [("", []), ("kid", Array("ES256".utf8))]
        secrets.append(("PEM", Array(issuer.p256.publicKey.pemRepresentation.utf8)))
        secrets.append(("PEM with a line end", Array((issuer.p256.publicKey.pemRepresentation + "\n").utf8)))
        secrets.append(("DER", Array(issuer.p256.publicKey.derRepresentation)))
        secrets.append(("PEM of RSA", Array(issuer.rsa.publicKey.pemRepresentation.utf8)))
        secrets.append(("JWK", Array(try issuer.jwk(.es256).utf8)))
        return secrets.flatMap { name, secret in
            [#""at+jwt""#, #""JWT""#].map { type in
                let input = good.header("alg", #""HS256""#).header("typ", type).input
                let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: secret))
                return TokenCase("HS256 by \(name) \(type)", "\(input).\(base64URL(code))", "refused algorithm")
            }
        }
    }

    private func signatures() throws -> [TokenCase] {
        try Issuer.Algorithm.allCases.flatMap { algorithm in
            let input = Draft(algorithm, issuer: address).input
            let right = try issuer.sign(Array(input.utf8), by: algorithm)
            var wrong: [(String, [UInt8])] = [
                ("none", []), ("zeros", Array(repeating: 0, count: right.count)), ("longer", right + [0]),
                ("zero before", [0] + right), ("shorter", right.dropLast()), ("twice", right + right),
                ("backwards", right.reversed()), ("one bit", right.dropLast() + [(right.last ?? 0) ^ 1]),
            ]
            if algorithm == .es256 {
                let parsed = try P256.Signing.ECDSASignature(rawRepresentation: right)
                wrong += [
                    ("DER", Array(parsed.derRepresentation)),
                    ("s of zero", right[..<32] + Array(repeating: 0, count: 32)),
                    ("r of zero", Array(repeating: 0, count: 32) + right[32...]),
                ]
            }
            let changed = Draft(algorithm, issuer: address).claim("sub", #""8""#).input
            return wrong.map {
                TokenCase("\(algorithm.rawValue) signature \($0.0)", "\(input).\(base64URL($0.1))", "refused signature")
            } + [
                TokenCase(
                    "\(algorithm.rawValue) payload changed", "\(changed).\(base64URL(right))", "refused signature")
            ]
        }
    }

    private func claims() throws -> [TokenCase] {
        let wrong: [(String, [String?], String)] = [
            (
                "iss", [nil, "null", "1", #""https://other.example""#, #""\#(address)/""#, #"["\#(address)"]"#],
                "issuer"
            ),
            (
                "aud", [nil, "null", "1", "[]", "[1]", #""other""#, #"["other"]"#, #"["notes",1]"#, #"[["notes"]]"#],
                "audience"
            ),
            ("aud", [#""Notes""#, #""notes ""#, #"{"notes":1}"#], "audience"),
            ("sub", [nil, "null", "7", #""""#, #"["7"]"#, #""ü""#, #""a b""#], "claims"),
            ("sid", [nil, "null", "7", #""""#], "claims"),
            ("exp", [nil, "null", "true", #""4102444800""#, "-1", "1.5", "1e400", "9007199254740992"], "claims"),
            ("iat", ["null", "true", #""1""#, "-1", "1.5"], "claims"), ("nbf", ["null", #""1""#, "[]"], "claims"),
        ]
        return try wrong.flatMap { name, values, reason in
            try values.map {
                TokenCase("\(name) \($0 ?? "missing")", try sign(good.claim(name, $0)), "refused \(reason)")
            }
        }
    }

    private func times() throws -> [TokenCase] {
        try [
            ("expired", good.claim("exp", "\(now - 60)"), "expired"),
            ("expired in 1970", good.claim("exp", "0"), "expired"),
            ("nbf to come", good.claim("nbf", "\(now + 300)"), "not_yet_valid"),
            ("iat to come", good.claim("iat", "\(now + 300)"), "not_yet_valid"),
        ].map { TokenCase($0.0, try sign($0.1), "refused \($0.2)") }
    }

    /// Payloads and spellings that two readers could take differently.
    private func texts() throws -> [TokenCase] {
        let text = Draft.text(good.payload)
        let token = try sign(good)
        let parts = token.split(separator: ".").map(String.init)
        // Of the last character of 64 bytes four bits are lost, all of them zero.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try parts[2].last.flatMap { alphabet.firstIndex(of: $0) }.unwrapped()
        let spelled = String(parts[2].dropLast()) + String(alphabet[last + 1])
        let payloads: [(String, [UInt8])] = [
            ("sub twice", Array("{\"sub\":\"8\",\(text.dropFirst())".utf8)),
            ("sub twice, escaped", Array("{\"s\\u0075b\":\"8\",\(text.dropFirst())".utf8)),
            ("twice within", Array("{\"x\":{\"y\":1,\"y\":1},\(text.dropFirst())".utf8)),
            ("list", Array("[\(text)]".utf8)), ("empty", []), ("number", Array("1".utf8)),
            ("byte order mark", [0xEF, 0xBB, 0xBF] + text.utf8), ("NaN", Array("{\"x\":NaN,\(text.dropFirst())".utf8)),
            ("Infinity", Array("{\"x\":-Infinity,\(text.dropFirst())".utf8)),
            ("half a character", Array("{\"x\":\"\\ud800\",\(text.dropFirst())".utf8)),
            ("no UTF-8", Array("{\"x\":\"".utf8) + [0xC3, 0x28] + "\",\(text.dropFirst())".utf8),
            ("leading zero", Array("{\"x\":01,\(text.dropFirst())".utf8)),
            ("control character", Array("{\"x\":\"\n\",\(text.dropFirst())".utf8)),
            ("17 levels", Array("{\"x\":\(Self.nested(16)),\(text.dropFirst())".utf8)),
            ("2,000 levels", Array("{\"x\":\(Self.nested(2_000)),\(text.dropFirst())".utf8)),
        ]
        let spellings = [
            "", ".", "..", "...", token + ".", "." + token, token + "=", " " + token, token + "\n", "\(token) ",
            parts[0] + "." + parts[1], "\(token).\(parts[2])", parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "." + spelled, token.replacing("-", with: "+").replacing("_", with: "/") + "+",
            "ü" + token, String(repeating: "a", count: 10_000),
        ]
        return try payloads.map {
            TokenCase("payload: \($0.0)", try good.signed(payload: $0.1, by: issuer), "refused malformed")
        } + [
            TokenCase(
                "16 levels",
                try good.signed(payload: "{\"x\":\(Self.nested(15)),\(text.dropFirst())".utf8, by: issuer), "ok 7"),
            TokenCase(
                "member __proto__",
                try good.signed(payload: "{\"__proto__\":{\"sub\":\"8\"},\(text.dropFirst())".utf8, by: issuer), "ok 7"),
        ] + spellings.map { TokenCase("spelling \($0.prefix(12))… of \($0.count)", $0, "refused malformed") }
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
}

extension Optional {
    fileprivate func unwrapped() throws -> Wrapped {
        guard let self else { throw Failure("nothing") }
        return self
    }
}

/// Keys that a verifier must not use.
func unusableKeys() throws -> [String] {
    let point = Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)
    let (x, y) = (base64URL(point[..<32]), base64URL(point[32...]))
    let large = Array(P384.Signing.PrivateKey().publicKey.rawRepresentation)
    let n = base64URL([0x80] + [UInt8](repeating: 1, count: 127))
    return [
        #"{"kty":"EC","crv":"P-384","x":"\#(base64URL(large[..<48]))","y":"\#(base64URL(large[48...]))","kid":"P-384"}"#,
        #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)","kid":"off"}"#,
        #"{"kty":"RSA","n":"\#(n)","e":"AQAB","kid":"short"}"#,
        #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","use":"enc","kid":"enc"}"#,
        #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","alg":"ES512","kid":"ES512"}"#,
        #"{"kty":"oct","k":"c2VjcmV0","kid":"secret"}"#, #"{"kty":"OKP","crv":"X25519","x":"\#(x)","kid":"agreement"}"#,
        #"{"kty":["EC"],"kid":{}}"#, "[]", "1", #"{"kid":"only"}"#,
        // The first key of a name counts.
        #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","kid":"ES256"}"#,
    ]
}
