// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

/// Signatures that others have thought of, judged by public keys as the ring has them.
@Suite("Vectors of signatures")
struct SignatureVectorTests {
    /// The reason why a key is refused here that the vectors know.
    private enum StricterRule: String, CaseIterable {
        /// A modulus has at least 2,048 bits (RFC 7518 §3.3).
        case length = "RSA keys of fewer than 2,048 bits"
        /// A digest is named with the parameter NULL (RFC 8017 §9.2, note 1), though old programs left it out.
        case null = "a digest without its NULL"
    }

    private func key(_ group: Wycheproof.Group) throws -> PublicKey? {
        if let value = group.key { return JSONWebKey(value).flatMap(PublicKey.init) }
        let point = try #require(group.point)
        return PublicKey(JSONWebKey(.p256(x: Array(point[1...32]), y: Array(point[33...]))))
    }

    private func verifies(_ key: PublicKey?, _ vector: Wycheproof.Vector, _ signature: [UInt8]? = nil) -> Bool {
        key?.verifies(signature ?? vector.signature, of: vector.message[...]) ?? false
    }

    @Test("ECDSA with P-256 in the form of JWS")
    func es256() throws {
        var (good, bad) = (0, 0)
        for group in try Wycheproof("Test Vectors/ecdsa_secp256r1_sha256_p1363_test.json").groups {
            let key = try #require(try key(group))
            for vector in group.vectors {
                let isGood = vector.verdict == .valid
                #expect(verifies(key, vector) == isGood, "\(vector.id) \(vector.flags)")
                if isGood { good += 1 } else { bad += 1 }
            }
        }
        #expect(good == 169 && bad == 83)
    }

    @Test("ECDSA in DER is another spelling, and refused; the same numbers in the form of JWS are not")
    func der() throws {
        var (good, bad) = (0, 0)
        for group in try Wycheproof("Test Vectors/ecdsa_secp256r1_sha256_test.json").groups {
            let key = try #require(try key(group))
            for vector in group.vectors {
                #expect(!verifies(key, vector), "\(vector.id) \(vector.flags)")
                guard vector.verdict == .valid else {
                    bad += 1
                    continue
                }
                let numbers = try P256.Signing.ECDSASignature(derRepresentation: vector.signature)
                #expect(verifies(key, vector, Array(numbers.rawRepresentation)), "\(vector.id)")
                good += 1
            }
        }
        #expect(good == 170 && bad == 301)
    }

    @Test("RSASSA-PKCS1-v1_5 with SHA-256")
    func rs256() throws {
        var counts: [Wycheproof.Verdict: Int] = [:]
        var stricter: [StricterRule: Int] = [:]
        for name in ["rsa_signature_2048_sha256_test", "rsa_signature_3072_sha256_test", "rsa_signature_test"] {
            for group in try Wycheproof("CryptoExtrasVectors/\(name).json").groups where group.hash == "SHA-256" {
                let key = try key(group)
                #expect((key != nil) == (group.bits >= 2_048), "\(group.bits) bits")
                for vector in group.vectors {
                    counts[vector.verdict, default: 0] += 1
                    let rule: StricterRule? =
                        group.bits < 2_048 ? .length : vector.flags.contains("MissingNull") ? .null : nil
                    let isGood = vector.verdict != .invalid && rule == nil
                    #expect(verifies(key, vector) == isGood, "\(name) \(vector.id) \(vector.flags)")
                    if vector.verdict != .invalid, let rule { stricter[rule, default: 0] += 1 }
                }
            }
        }
        print("RSA: \(counts), of these refused by \(stricter.map { "\($0.key.rawValue): \($0.value)" })")
        #expect(counts.values.reduce(0, +) > 700 && stricter.count == StricterRule.allCases.count)
    }

    @Test("RSA with another digest is refused")
    func otherDigest() throws {
        var count = 0
        for name in ["rsa_signature_2048_sha512_test", "rsa_signature_3072_sha512_test"] {
            for group in try Wycheproof("CryptoExtrasVectors/\(name).json").groups {
                // The files have it for another algorithm.
                #expect(try self.key(group) == nil)
                guard case .object(var members)? = group.key else { throw Failure("no key") }
                members.updateValue(JSONValue("RS256"), forKey: "alg")
                let key = try #require(JSONWebKey(.object(members)).flatMap(PublicKey.init))
                // Some invalid ones are invalid by a digest that is the right one here.
                for vector in group.vectors where vector.verdict == .valid {
                    let isGood = verifies(key, vector)
                    #expect(!isGood, "\(name) \(vector.id)")
                    count += 1
                }
            }
        }
        #expect(count == 14)
    }

    @Test("Ed25519")
    func eddsa() throws {
        var (good, bad) = (0, 0)
        for group in try Wycheproof("Test Vectors/ed25519_test.json").groups {
            let key = try #require(try key(group))
            for vector in group.vectors {
                let isGood = vector.verdict == .valid
                #expect(verifies(key, vector) == isGood, "\(vector.id) \(vector.flags)")
                if isGood { good += 1 } else { bad += 1 }
            }
        }
        #expect(good == 88 && bad == 62)
    }

    @Test(
        "Ed25519: the keys, signatures and texts of RFC 8032 §7.1",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
            (
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
            ),
        ])
    func rfc8032(_ secret: String, _ published: String, _ text: String, _ signature: String) throws {
        let (text, signature) = try (Wycheproof.bytes(text), Wycheproof.bytes(signature))
        let key = try #require(PrivateKey(.eddsa, bytes: Wycheproof.bytes(secret)))
        #expect(key.publicKey.jwk.material == .ed25519(x: try Wycheproof.bytes(published)))
        #expect(key.verifies(signature, of: text[...]))
        #expect(key.verifies(key.sign(text), of: text[...]))
        var changed = signature
        changed[40] ^= 1
        #expect(!key.verifies(changed, of: text[...]))
    }
}
