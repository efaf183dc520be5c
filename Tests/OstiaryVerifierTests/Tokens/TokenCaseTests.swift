// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import JWTKit
import OstiaryTestSupport
import OstiaryVerifier
import OstiaryVerifierTestSupport
import Testing

/// One table of tokens, which the verifiers in three languages judge alike.
@Suite(.onItsOwnThread)
struct TokenCaseTests {
    private static func server() throws -> IssuingServer {
        let keys = try Issuer.ours.get().keySet(unusableKeys())
        return try IssuingServer { request in
            request.path == "/.well-known/jwks.json" ? .answer(200, body: keys) : .answer(404, body: "")
        }
    }

    @Test("good tokens are accepted, and each wrong one is refused by its rule", arguments: Language.allCases)
    func table(_ language: Language) async throws {
        let server = try Self.server()
        let judge = try await language.start(JudgeConfiguration(issuer: server.address, hasFeed: false))
        let cases = try TokenCases(address: server.address).all()
        #expect(cases.count > 150)
        for each in cases {
            let verdict = try await judge.judge(each.token)
            #expect(verdict == each.verdict, "\(language.rawValue): \(each.name)")
        }
        // Dozens of unknown keys cost one fetch beside the first, whatever they name.
        let fetches = server.requests("/.well-known/jwks.json").count
        #expect((1...4).contains(fetches), "\(fetches)")
        #expect(server.requests("/jku").isEmpty && server.requests("/x5u").isEmpty)
    }

    @Test("tokens of jwt-kit are read", arguments: Language.allCases)
    func jwtKit(_ language: Language) async throws {
        struct Claims: JWTPayload {
            let iss, sub, aud, sid: String
            let exp: Int
            func verify(using algorithm: some JWTAlgorithm) async throws {}
        }
        let server = try Self.server()
        let judge = try await language.start(JudgeConfiguration(issuer: server.address, hasFeed: false))
        let issuer = try Issuer.ours.get()
        let signers = await JWTKeyCollection()
            .add(ecdsa: try ES256PrivateKey(pem: issuer.p256.pemRepresentation), kid: "ES256")
            .add(
                rsa: try Insecure.RSA.PrivateKey(pem: issuer.rsa.pemRepresentation), digestAlgorithm: .sha256,
                kid: "RS256")
        let claims = Claims(
            iss: server.address, sub: "7", aud: "notes", sid: "s1", exp: Int(Date().timeIntervalSince1970) + 600)
        for kid in ["ES256", "RS256"] {
            let token = try await signers.sign(claims, kid: JWKIdentifier(string: kid), header: ["typ": "at+jwt"])
            #expect(try await judge.judge(token) == "ok 7", "\(kid)")
        }
    }

    @Test("without keys nobody can say, and with the first answer everybody can", arguments: Language.allCases)
    func noKeys(_ language: Language) async throws {
        let keys = try Issuer.ours.get().keySet()
        let (isThere, server) = try Switch.server { isThere in
            isThere ? .answer(200, body: keys) : .answer(503, body: "")
        }
        let judge = try await language.start(JudgeConfiguration(issuer: server.address, hasFeed: false))
        let token = try TokenCases(address: server.address).good.signed(by: .ours.get())
        #expect(try await judge.judge(token) == "unavailable no_keys")
        #expect(try await judge.lines.contains { $0.contains("503") })
        isThere.set(true)
        try await judge.advance(2)
        let deadline = Deadline(30)
        while try await judge.judge(token) != "ok 7", !deadline.passed { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await judge.judge(token) == "ok 7")
        // The issuer goes away: the keys stay, past their age, too.
        isThere.set(false)
        try await judge.advance(100)
        #expect(try await judge.judge(token) == "ok 7")
        let unknown = try TokenCases(address: server.address).good.header("kid", #""new""#).signed(by: .ours.get())
        #expect(try await judge.judge(unknown) == "unavailable no_keys", "it may be a new key")
    }

    @Test("a key set that is moved, too large or cut is none", arguments: Language.allCases)
    func wrongSets(_ language: Language) async throws {
        let keys = try Issuer.ours.get().keySet()
        let many = try Issuer.ours.get().keySet(Array(repeating: #"{"kty":"x"}"#, count: 98))
        let wrong: [IssuingServer.Reply] = [
            .answer(307, body: "", fields: ["Location": "/moved"]),
            .answer(200, body: keys + String(repeating: " ", count: 256 << 10)),
            .cut(keys), .answer(200, body: many), .answer(200, body: "[]"), .answer(200, body: #"{"keys":{}}"#),
            .answer(200, body: #"{"keys":[],"keys":[]}"#), .answer(304, body: ""),
        ]
        for reply in wrong {
            let server = try IssuingServer { $0.path == "/moved" ? .answer(200, body: keys) : reply }
            let judge = try await language.start(JudgeConfiguration(issuer: server.address, hasFeed: false))
            let token = try TokenCases(address: server.address).good.signed(by: .ours.get())
            #expect(try await judge.judge(token) == "unavailable no_keys", "\(reply)")
            #expect(server.requests("/moved").isEmpty)
        }
    }
}
