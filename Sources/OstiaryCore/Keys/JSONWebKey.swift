// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// A public key in the form of a JWK (RFC 7517, RFC 7518 §6, RFC 8037 §2).
package struct JSONWebKey: Sendable, Hashable {
    /// The numbers of the key, as base64url has them.
    enum Material: Sendable, Hashable {
        /// P-256: both coordinates, 32 bytes each.
        case p256(x: [UInt8], y: [UInt8])
        /// Ed25519: 32 bytes.
        case ed25519(x: [UInt8])
        /// RSA: modulus and exponent.
        case rsa(n: [UInt8], e: [UInt8])
    }

    let material: Material

    /// The algorithm that the key is for. A verifier compares it with the header, and never chooses by the header.
    package var algorithm: KeyAlgorithm {
        switch material {
        case .p256: .es256
        case .ed25519: .eddsa
        case .rsa: .rs256
        }
    }

    /// The members of RFC 7638 in their order, as that RFC hashes them.
    private var required: [(name: String, value: String)] {
        switch material {
        case .p256(let x, let y):
            [("crv", "P-256"), ("kty", "EC"), ("x", Base64URL.text(x)), ("y", Base64URL.text(y))]
        case .ed25519(let x): [("crv", "Ed25519"), ("kty", "OKP"), ("x", Base64URL.text(x))]
        case .rsa(let n, let e): [("e", Base64URL.text(e)), ("kty", "RSA"), ("n", Base64URL.text(n))]
        }
    }

    /// `kid`: the thumbprint of the key (RFC 7638), 43 characters.
    package var thumbprint: String {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in required {
            json.key(name)
            json.string(value)
        }
        json.endObject()
        return Base64URL.text(Array(SHA256.hash(data: json.bytes)))
    }

    /// Writes the key as an element of a set (RFC 7517 §5): its public members, `use`, `alg` and `kid`.
    package func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in required + [("use", "sig"), ("alg", algorithm.rawValue), ("kid", thumbprint)] {
            json.key(name)
            json.string(value)
        }
        json.endObject()
    }

    /// The JSON text of ``write(to:)``.
    package var text: String {
        var json = JSONWriter()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    init(_ material: Material) { self.material = material }

    /// - Parameter value: a JWK; other members than those of its kind are ignored.
    /// - Returns: nil if it is no public key of a known algorithm, or names another `use` or `alg`.
    package init?(_ value: JSONValue) {
        guard case .object(let object) = value else { return nil }
        func text(_ name: String) -> String? {
            if case .string(let string)? = object[name] { string.text } else { nil }
        }
        func bytes(_ name: String, _ count: ClosedRange<Int>) -> [UInt8]? {
            text(name).flatMap { Base64URL.decode($0.utf8) }.flatMap { count.contains($0.count) ? $0 : nil }
        }
        func names(_ name: String, _ expected: String) -> Bool { text(name)?.hasSameBytes(as: expected) == true }

        if names("kty", "EC"), names("crv", "P-256"), let x = bytes("x", 32...32), let y = bytes("y", 32...32) {
            self.init(.p256(x: x, y: y))
        } else if names("kty", "OKP"), names("crv", "Ed25519"), let x = bytes("x", 32...32) {
            self.init(.ed25519(x: x))
        } else if names("kty", "RSA"), let n = bytes("n", 256...1_024), let e = bytes("e", 1...8) {
            self.init(.rsa(n: n, e: e))
        } else {
            return nil
        }
        guard object["use"] == nil || names("use", "sig"), object["alg"] == nil || names("alg", algorithm.rawValue)
        else { return nil }
    }
}
