// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Forms of keys")
struct KeyFormTests {
    private func jwk(_ text: String) throws -> JSONWebKey {
        try #require(JSONWebKey(try JSONReader.read(Array(text.utf8))))
    }

    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64URL.decode(text.utf8)) }

    @Test("the thumbprint of RFC 7638 §3.1")
    func rsaThumbprint() throws {
        let key = try jwk(
            #"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#
        )
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.algorithm == .rs256)
    }

    @Test("the key, the signature and the thumbprint of RFC 8037, appendix A")
    func ed25519() throws {
        let key = try #require(PrivateKey(.eddsa, bytes: bytes("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")))
        #expect(key.publicKey.jwk.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let text = Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8)
        let signature = try bytes(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
        #expect(key.sign(text) == signature)
        #expect(key.verifies(signature, of: text[...]))
    }

    @Test("the signature of RFC 7515 A.3 verifies, and no changed one")
    func es256() throws {
        let key = try #require(
            PublicKey(
                jwk(
                    #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
                )))
        let text = Array(
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                .utf8)
        let signature = try bytes(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
        #expect(key.verifies(signature, of: text[...]))
        for place in [0, 31, 32, 63] {
            var changed = signature
            changed[place] ^= 1
            #expect(!key.verifies(changed, of: text[...]))
        }
        let der = Array(try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
        #expect(!key.verifies(der, of: text[...]), "DER is another spelling")
        #expect(!key.verifies(signature + [0], of: text[...]))
        #expect(!key.verifies([], of: text[...]))
    }

    @Test("a key of each algorithm signs, is sealed, opened and published", arguments: KeyAlgorithm.allCases)
    func round(_ algorithm: KeyAlgorithm) throws {
        let key = PrivateKey(generating: algorithm)
        let text = Array("a.b".utf8)
        #expect(key.verifies(key.sign(text), of: text[...]))
        #expect(!key.verifies(key.sign(text), of: Array("a.c".utf8)[...]))
        let published = try jwk(key.publicKey.jwk.text)
        #expect(published == key.publicKey.jwk)
        #expect(try #require(PublicKey(published)).verifies(key.sign(text), of: text[...]))
        #expect(!published.text.contains("\"d\""))

        let root = try #require(RootSecret(Array("the secret of all servers, at least 32 bytes".utf8)))
        let other = try #require(RootSecret(Array("another secret of at least 32 bytes, as it is".utf8)))
        let sealed = SealedKey(key, under: root)
        let opened = try #require(sealed.open(as: published, under: root))
        #expect(opened.fingerprint == key.fingerprint)
        #expect(key.verifies(opened.sign(text), of: text[...]))
        #expect(sealed.open(as: published, under: other) == nil)
        let foreign = PrivateKey(generating: algorithm).publicKey.jwk
        #expect(sealed.open(as: foreign, under: root) == nil, "the row of another key")
        var changed = sealed.bytes
        changed[changed.count / 2] ^= 1
        #expect(SealedKey(bytes: changed).open(as: published, under: root) == nil)
        #expect(SealedKey(bytes: []).open(as: published, under: root) == nil)
        #expect("\(key)" == "PrivateKey(redacted)")
    }

    @Test(
        "numbers that are no key are none",
        arguments: [
            #"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"#,
            #"{"kty":"EC","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, #"{"kty":"oct","k":"AAAA"}"#, "[]", "{}",
            #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"enc"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"HS256"}"#,
        ])
    func malformed(_ text: String) throws {
        #expect(JSONWebKey(try JSONReader.read(Array(text.utf8))).flatMap(PublicKey.init) == nil)
    }
}
