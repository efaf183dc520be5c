// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JWTKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

/// Tokens of public keys, changed at random, are judged as jwt-kit judges them, or by a stricter rule that has a name.
@Suite("Changed tokens")
struct ChangedTokenTests {
    /// `aud`: a text or a list of texts. That of jwt-kit ends the process at an empty list.
    private struct Audience: Codable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            names = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
        }

        func encode(to encoder: any Encoder) throws { try names.encode(to: encoder) }
    }

    /// The claims as an application with jwt-kit checks them.
    private struct ApplicationClaims: JWTPayload {
        var exp: ExpirationClaim
        var aud: Audience
        var iss: IssuerClaim
        var jti: IDClaim?

        enum CodingKeys: String, CodingKey { case exp, aud, iss, jti }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            exp = try members.decode(ExpirationClaim.self, forKey: .exp)
            aud = try members.decode(Audience.self, forKey: .aud)
            iss = try members.decode(IssuerClaim.self, forKey: .iss)
            // `null` is no text either.
            if members.contains(.jti) { jti = try members.decode(IDClaim.self, forKey: .jti) }
        }

        func verify(using algorithm: some JWTAlgorithm) throws {
            try exp.verifyNotExpired(currentDate: Date(timeIntervalSince1970: Double(TokenMutator.now.seconds)))
            guard iss.value == "ostiary", aud.names.contains("ostiary") else {
                throw JWTError.generic(identifier: "claims", reason: "for somebody else")
            }
        }
    }

    @Test("half of them signed anew", arguments: zip([KeyAlgorithm.es256, .eddsa, .rs256], [5, 3, 2]))
    func judged(_ algorithm: KeyAlgorithm, _ share: Int) async throws {
        let seed = SeededGenerator.printedSeed("changed tokens of \(algorithm.rawValue)")
        var mutator = try TokenMutator(PrivateKey(generating: algorithm), seed: seed)
        let key = mutator.key.publicKey
        let ring = try #require(KeyRing(shared: SigningKey.test(), signers: [mutator.key], published: [key]))
        let codec = AccessTokenCodec(keys: ring)
        let collection = try await JWTKeyCollection().add(jwksJSON: #"{"keys":[\#(key.jwk.text)]}"#)
        let count = TestScale.count(share * 1_000)
        var (good, reasons) = (0, [StricterRule: Int]())
        for number in 0..<count {
            let text = number % 2 == 0 ? mutator.signedAnew() : mutator.changedLater()
            let isGood = (try? codec.verify(text, now: TokenMutator.now)) != nil
            let isRead = (try? await collection.verify(text, as: ApplicationClaims.self)) != nil
            if isGood { good += 1 }
            guard isGood != isRead else { continue }
            let rules = isGood ? [] : StricterRule.broken(by: text, key, now: TokenMutator.now)
            guard rules.isEmpty else {
                for rule in rules { reasons[rule, default: 0] += 1 }
                continue
            }
            let parts = (0...1).map { TokenText(text).bytes($0).map { String(decoding: $0, as: UTF8.self) } ?? "?" }
            Issue.record("\(isGood ? "only we take" : "no rule explains why we refuse") \(text): \(parts)")
        }
        figure("tokens of \(algorithm.rawValue) compared with jwt-kit", count)
        figure("of these, accepted by both", good)
        for (rule, count) in reasons { figure("refused here only: \(rule.rawValue)", count) }
        #expect(good > count / 5 && good < count * 4 / 5)
        // Python has these.
        let expected = Set(StricterRule.allCases).subtracting([.numbers, .id])
        if count >= 2_000 { #expect(expected.isSubset(of: reasons.keys), "a rule explains nothing: \(reasons)") }
    }
}
