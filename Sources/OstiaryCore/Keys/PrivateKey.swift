// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// A private key that signs tokens. It does not print.
package struct PrivateKey: TokenSigner, CustomStringConvertible, CustomReflectable {
    /// The public key that verifies its signatures.
    package let publicKey: PublicKey
    private let key: Key

    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    /// The reason why there is no key.
    struct Malformed: Error {}

    /// The length of RSA keys: 128 bits of security (NIST SP 800-57 part 1, table 2).
    private static let rsaBits = 3_072

    package var id: String? { publicKey.id }
    package var algorithm: String { publicKey.algorithm }
    package var fingerprint: String { publicKey.fingerprint }

    /// A new key.
    /// - Parameter algorithm: the algorithm of the key. RSA takes a second or so, so this blocks.
    package init(generating algorithm: KeyAlgorithm) {
        do {
            switch algorithm {
            case .es256: try self.init(.p256(P256.Signing.PrivateKey()))
            case .eddsa: try self.init(.ed25519(Curve25519.Signing.PrivateKey()))
            case .rs256:
                try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .init(bitCount: Self.rsaBits))))
            }
        } catch {
            preconditionFailure("no key of \(algorithm.rawValue) could be made: \(error)")
        }
    }

    /// - Parameters:
    ///   - algorithm: the algorithm of the key.
    ///   - bytes: the bytes of ``bytes``.
    /// - Returns: nil if they are no key of the algorithm.
    init?(_ algorithm: KeyAlgorithm, bytes: [UInt8]) {
        do {
            switch algorithm {
            case .es256: try self.init(.p256(P256.Signing.PrivateKey(rawRepresentation: bytes)))
            case .eddsa: try self.init(.ed25519(Curve25519.Signing.PrivateKey(rawRepresentation: bytes)))
            case .rs256: try self.init(.rsa(_RSA.Signing.PrivateKey(derRepresentation: bytes)))
            }
        } catch {
            return nil
        }
    }

    private init(_ key: Key) throws {
        let material: JSONWebKey.Material
        switch key {
        case .p256(let key):
            let point = Array(key.publicKey.x963Representation)
            material = .p256(x: Array(point[1...32]), y: Array(point[33...]))
        case .ed25519(let key): material = .ed25519(x: Array(key.publicKey.rawRepresentation))
        case .rsa(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            material = .rsa(n: Array(numbers.modulus), e: Array(numbers.publicExponent))
        }
        guard let publicKey = PublicKey(JSONWebKey(material)) else { throw Malformed() }
        self.publicKey = publicKey
        self.key = key
    }

    /// The key in the form of its algorithm: 32 bytes, or PKCS #1 in DER for RSA. It is a secret.
    var bytes: [UInt8] {
        switch key {
        case .p256(let key): Array(key.rawRepresentation)
        case .ed25519(let key): Array(key.rawRepresentation)
        case .rsa(let key): Array(key.derRepresentation)
        }
    }

    package func sign(_ text: [UInt8]) -> [UInt8] {
        do {
            switch key {
            case .p256(let key): return Array(try key.signature(for: text).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: text))
            case .rsa(let key):
                return Array(try key.signature(for: text, padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        } catch {
            preconditionFailure("a key that verified cannot sign: \(error)")
        }
    }

    package func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        publicKey.verifies(signature, of: text)
    }

    package var description: String { "PrivateKey(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
