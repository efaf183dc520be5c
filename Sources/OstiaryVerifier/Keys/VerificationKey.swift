// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// A public key of a set (RFC 7517 §5).
struct VerificationKey: Sendable {
    /// `kid`.
    let id: String
    /// The algorithm that the key is for. The header of a token is compared with it, and never chooses.
    let algorithm: SignatureAlgorithm
    private let material: Material

    private enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    /// - Parameter jwk: an element of a set; members that its kind does not have are ignored.
    /// - Returns: nil if it has no `kid`, if it is no public key of a known algorithm – its point is not on the curve, its
    ///   modulus is shorter than 2,048 bits – or if it names another `use`, `key_ops` or `alg`.
    init?(_ jwk: JSON) {
        guard let members = jwk.members, let id = members["kid"]?.id else { return nil }
        func bytes(_ name: String, _ count: ClosedRange<Int>) -> [UInt8]? {
            guard let bytes = (members[name]?.text?.utf8).flatMap(Base64URL.decode), count.contains(bytes.count) else {
                return nil
            }
            return bytes
        }
        switch (members["kty"]?.text, members["crv"]?.text) {
        case ("EC", "P-256"):
            guard let x = bytes("x", 32...32), let y = bytes("y", 32...32),
                let key = try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
            else { return nil }
            (algorithm, material) = (.es256, .p256(key))
        case ("OKP", "Ed25519"):
            guard let x = bytes("x", 32...32), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
                return nil
            }
            (algorithm, material) = (.eddsa, .ed25519(key))
        case ("RSA", nil):
            guard let n = bytes("n", 256...1_024), let e = bytes("e", 1...4), Self.isStrong(n, e),
                let key = try? _RSA.Signing.PublicKey(n: n, e: e)
            else { return nil }
            (algorithm, material) = (.rs256, .rsa(key))
        default: return nil
        }
        if let use = members["use"] { guard use.text == "sig" else { return nil } }
        if let name = members["alg"] { guard name.text == algorithm.rawValue else { return nil } }
        if let operations = members["key_ops"] {
            guard case .array(let names) = operations, names.contains(where: { $0.text == "verify" }) else {
                return nil
            }
        }
        self.id = id
    }

    /// - Parameters:
    ///   - n: the modulus; its first byte must not be zero, and it has 2,048 bits at least (RFC 7518 §3.3).
    ///   - e: the exponent: odd and not 1.
    private static func isStrong(_ n: [UInt8], _ e: [UInt8]) -> Bool {
        guard let high = n.first, high > 0, n.count > 256 || high >= 0x80, let low = e.last, e.first != 0 else {
            return false
        }
        return low & 1 == 1 && e != [1]
    }

    /// - Returns: true if the signature is that of the text by this key.
    func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        switch material {
        case .p256(let key):
            // Both numbers, 32 bytes each (RFC 7518 §3.4); DER has another length or is no such number.
            guard signature.count == 64, let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: text)
        case .ed25519(let key): return signature.count == 64 && key.isValidSignature(signature, for: text)
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: text, padding: .insecurePKCS1v1_5)
        }
    }
}
