// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// A public key that verifies signatures.
package struct PublicKey: VerifyingKey {
    /// The key in its published form.
    package let jwk: JSONWebKey
    private let key: Key

    enum Key: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    package let id: String?
    package var algorithm: String { jwk.algorithm.rawValue }
    /// The `kid`, since the key is no secret.
    package let fingerprint: String

    /// - Parameter jwk: the key in its published form.
    /// - Returns: nil if its numbers are no key: a point that is not on the curve, an RSA key of another length.
    package init?(_ jwk: JSONWebKey) {
        switch jwk.material {
        case .p256(let x, let y):
            guard let key = try? P256.Signing.PublicKey(x963Representation: [4] + x + y) else { return nil }
            self.key = .p256(key)
        case .ed25519(let x):
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { return nil }
            self.key = .ed25519(key)
        case .rsa(let n, let e):
            guard let key = try? _RSA.Signing.PublicKey(n: n, e: e) else { return nil }
            self.key = .rsa(key)
        }
        self.jwk = jwk
        self.fingerprint = jwk.thumbprint
        self.id = fingerprint
    }

    /// The key in PEM (RFC 7468 §13), for programs that read a file.
    package var pem: String {
        switch key {
        case .p256(let key): return key.pemRepresentation
        case .rsa(let key): return key.pemRepresentation
        case .ed25519(let key):
            // SubjectPublicKeyInfo of RFC 8410 §4, whose bytes before the key are always these.
            let der =
                [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + Array(key.rawRepresentation)
            // 44 bytes are 59 characters, which need their padding (RFC 7468 §2).
            return "-----BEGIN PUBLIC KEY-----\n\(Sodium.base64(der))=\n-----END PUBLIC KEY-----"
        }
    }

    package func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        switch key {
        case .p256(let key):
            // Both numbers, 32 bytes each (RFC 7518 §3.4); DER is refused by its length or as a number.
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
