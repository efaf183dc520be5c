// SPDX-License-Identifier: Apache-2.0

import Crypto
import JWTKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Access tokens")
struct AccessTokenTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let secret = [UInt8](repeating: 7, count: 32)

    private func codec() throws -> AccessTokenCodec {
        AccessTokenCodec(keys: KeyRing(signing: try SigningKey.test()), acceptsLegacy: true)
    }

    /// Signs any header and payload with the test's key.
    private func forge(_ header: String, _ payload: String) -> String {
        var text: [UInt8] = []
        Base64URL.append(header.utf8, to: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload.utf8, to: &text)
        let signature = HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: secret))
        text.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func outcome(_ text: String) throws -> AccessTokenError? {
        let codec = try codec()
        do throws(AccessTokenError) {
            _ = try codec.verify(text, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test("what is signed verifies, claims in the order that other programs know")
    func roundTrip() throws {
        let token = AccessToken(
            userID: 2, expiresAt: now.adding(seconds: 60), issuedAt: now, id: "x", sessionID: SessionID(bits: 5)
        )
        let text = try codec().sign(token)
        #expect(try codec().verify(text, now: now) == token)
        let payload = try #require(Base64URL.decode(Array(text.split(separator: ".")[1].utf8)))
        #expect(
            String(decoding: payload, as: UTF8.self)
                == #"{"user_id":2,"exp":1800000060,"iat":1800000000,"jti":"x","#
                + #""sid":"00000000-0000-0000-0000-000000000005","iss":"ostiary"}"#
        )
        #expect(text.hasPrefix("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."))
    }

    @Test("when and by what a user logged in is told by claims of the registries")
    func authentication() throws {
        let authentication = Authentication(at: now.adding(seconds: -7))
        let token = AccessToken(
            userID: 2, expiresAt: now.adding(seconds: 60), issuedAt: now, id: "x", sessionID: SessionID(bits: 5),
            authentication: authentication)
        let text = try codec().sign(token)
        #expect(try codec().verify(text, now: now) == token)
        let payload = try #require(Base64URL.decode(Array(text.split(separator: ".")[1].utf8)))
        #expect(
            String(decoding: payload, as: UTF8.self)
                .contains(#""auth_time":1799999993,"amr":["pwd"],"acr":"aal1","iss":"ostiary""#))
    }

    @Test("a token without session is refused unless the operator has such")
    func withoutSession() throws {
        let text = forge(#"{"alg":"HS256"}"#, #"{"user_id":1,"exp":1900000000}"#)
        let codec = AccessTokenCodec(keys: KeyRing(signing: try SigningKey.test()))
        #expect(throws: AccessTokenError.refused) { try codec.verify(text, now: now) }
        #expect(try outcome(text) == nil)
    }

    @Test("a token of another key, or changed by one character, is malformed")
    func tampered() throws {
        let text = forge(#"{"alg":"HS256","typ":"JWT"}"#, #"{"user_id":1,"exp":1900000000}"#)
        #expect(try outcome(text) == nil)
        let other = AccessTokenCodec(keys: KeyRing(signing: try SigningKey.test(8)), acceptsLegacy: true)
        #expect(throws: AccessTokenError.malformed) { try other.verify(text, now: now) }
        let bytes = Array(text.utf8)
        for position in bytes.indices {
            var changed = bytes
            changed[position] = changed[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try outcome(String(decoding: changed, as: UTF8.self)) != nil, "position \(position)")
        }
        for length in bytes.indices { #expect(try outcome(String(text.prefix(length))) != nil) }
        for suffix in ["=", ".", " ", "A", "\0"] { #expect(try outcome(text + suffix) != nil) }
    }

    @Test(
        "headers",
        arguments: [
            (#"{"alg":"HS256"}"#, nil), (#"{"alg":"HS256","typ":"jwt"}"#, nil), (#"{"alg":"HS256","kid":"x"}"#, nil),
            (#"{"alg":"none"}"#, .refused), (#"{"alg":"None"}"#, .refused), (#"{"alg":""}"#, .refused),
            ("{}", .refused),
            (#"{"alg":"HS512"}"#, .refused), (#"{"alg":["HS256"]}"#, .refused), (#"{"alg":"RS256"}"#, .refused),
            (#"{"alg":"HS256","crit":["bork"]}"#, .refused), (#"{"alg":"HS256","crit":[]}"#, .refused),
            (#"{"alg":"HS256","typ":"id+jwt"}"#, .refused), (#"{"alg":"HS256","typ":1}"#, .refused),
            (#"{"alg":"HS256","alg":"HS256"}"#, .malformed), ("[]", .malformed), ("null", .malformed),
            ("not json", .malformed), ("", .malformed),
        ] as [(String, AccessTokenError?)])
    func headers(_ header: String, _ expected: AccessTokenError?) throws {
        #expect(try outcome(forge(header, #"{"user_id":1,"exp":1900000000}"#)) == expected)
    }

    @Test(
        "claims",
        arguments: [
            (#"{"user_id":1,"exp":1900000000.5}"#, nil),
            (#"{"user_id":1,"exp":1900000000,"jti":"x","token_type":"access"}"#, nil),
            (#"{"user_id":1,"exp":1900000000,"foo":{}}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"purpose":"verify-email"}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"token_type":"refresh"}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"token_type":1}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"sid":"00000000-0000-0000-0000-000000000005","foo":{}}"#, nil),
            (#"{"user_id":1,"exp":1900000000,"iat":1800000060,"nbf":1800000060}"#, nil),
            (#"{"user_id":1,"exp":1800000000}"#, .expired), (#"{"user_id":1,"exp":-1}"#, .expired),
            (#"{"user_id":1}"#, .malformed), (#"{"user_id":1,"exp":"1900000000"}"#, .malformed),
            (#"{"user_id":1,"exp":1e300}"#, .malformed), (#"{"user_id":1,"exp":null}"#, .malformed),
            (#"{"user_id":1,"exp":true}"#, .malformed), (#"{"user_id":1,"exp":1e400000}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"iat":1800000061}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"nbf":1800000061}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"iat":"x"}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"jti":1}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"jti":null}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"jti":"\ud800"}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"aud":"x"}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"aud":[]}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"iss":"other"}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"iss":1}"#, .refused),
            (#"{"exp":1900000000}"#, .refused), (#"{"user_id":null,"exp":1900000000}"#, .refused),
            (#"{"user_id":true,"exp":1900000000}"#, .refused), (#"{"user_id":"1","exp":1900000000}"#, .refused),
            (#"{"user_id":1.0,"exp":1900000000}"#, .refused),
            (#"{"user_id":99999999999999999999,"exp":1900000000}"#, .refused),
            (#"{"user_id":1,"exp":1900000000,"sid":"x"}"#, .malformed),
            (#"{"user_id":1,"exp":1900000000,"sid":null}"#, .malformed),
            (#"{"user_id":1,"user_id":2,"exp":1900000000}"#, .malformed), ("[1]", .malformed), ("", .malformed),
        ] as [(String, AccessTokenError?)])
    func claims(_ payload: String, _ expected: AccessTokenError?) throws {
        #expect(try outcome(forge(#"{"alg":"HS256"}"#, payload)) == expected)
    }

    @Test("a key ring picks by kid and keeps verifying with the previous key")
    func keyRing() throws {
        let old = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32), id: "old"))
        let new = try #require(SigningKey(secret: [UInt8](repeating: 2, count: 32), id: "new"))
        let token = AccessToken(
            userID: 1, expiresAt: now.adding(seconds: 60), issuedAt: now, id: nil, sessionID: nil
        )
        let text = AccessTokenCodec(keys: KeyRing(signing: old)).sign(token)
        let both = AccessTokenCodec(keys: KeyRing(signing: new, previous: [old]), acceptsLegacy: true)
        #expect(try both.verify(text, now: now) == token)
        #expect(try both.verify(both.sign(token), now: now) == token)
        let alone = AccessTokenCodec(keys: KeyRing(signing: new), acceptsLegacy: true)
        #expect(throws: AccessTokenError.malformed) { try alone.verify(text, now: now) }
    }

    @Test("a key of fewer than 32 bytes is none")
    func shortKey() {
        #expect(SigningKey(secret: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(SigningKey(secret: [UInt8](repeating: 0, count: 32)) != nil)
    }

    @Test("a configured issuer keeps the tokens of before")
    func issuer() throws {
        let keys = KeyRing(signing: try SigningKey.test())
        let token = AccessToken(
            userID: 1, expiresAt: now.adding(seconds: 60), issuedAt: now, id: nil, sessionID: nil
        )
        let configured = AccessTokenCodec(keys: keys, issuer: "https://id.example.com", acceptsLegacy: true)
        #expect(try configured.verify(AccessTokenCodec(keys: keys).sign(token), now: now) == token)
        #expect(throws: AccessTokenError.refused) {
            try AccessTokenCodec(keys: keys, acceptsLegacy: true).verify(configured.sign(token), now: now)
        }
    }

    private struct Claims: JWTPayload {
        var userID: Int
        var exp: Int

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case exp
        }

        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    @Test("jwt-kit reads what is signed here, and what it signs is read here")
    func oracle() async throws {
        let collection = await JWTKeyCollection().add(
            hmac: HMACKey(from: secret), digestAlgorithm: .sha256
        )
        let ours = try codec().sign(
            AccessToken(userID: 3, expiresAt: now, issuedAt: now, id: "j", sessionID: SessionID(bits: 1))
        )
        #expect(try await collection.verify(ours, as: Claims.self).userID == 3)
        let theirs = try await collection.sign(Claims(userID: 4, exp: 1_900_000_000))
        #expect(try codec().verify(theirs, now: now).userID == 4)
    }

    @Test("jwt-kit accepts whatever is accepted here, over random changes of good tokens, before and after signing")
    func mutations() async throws {
        let collection = await JWTKeyCollection().add(
            hmac: HMACKey(from: secret), digestAlgorithm: .sha256
        )
        var generator = SeededGenerator(seed: 7)
        func changed(_ text: String) -> String {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let position = Int.random(in: bytes.indices, using: &generator)
                bytes[position] = UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        let (header, payload) = (#"{"alg":"HS256","typ":"JWT"}"#, #"{"user_id":1,"exp":1900000000}"#)
        let good = forge(header, payload)
        let count = TestScale.count(20_000)
        var accepted = 0
        for number in 0..<count {
            let text = number % 2 == 0 ? changed(good) : forge(changed(header), changed(payload))
            guard try outcome(text) == nil else { continue }
            accepted += 1
            #expect((try? await collection.verify(text, as: Claims.self)) != nil, "\(text)")
        }
        figure("tokens compared with jwt-kit", count)
        figure("of these, accepted by both", accepted)
        #expect(accepted > count / 20)
    }
}
