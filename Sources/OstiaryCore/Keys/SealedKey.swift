// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A private key as the database has it: sealed by AES-256-GCM under a key of the root secret.
///
/// `kid` and algorithm are authenticated with it, so that no row can pass for another one. The issuer is not: it is the
/// public URL, and a server that gets another one still has to open its keys.
package struct SealedKey: Sendable, Hashable {
    /// Nonce, ciphertext and tag.
    package let bytes: [UInt8]

    /// - Parameter bytes: the bytes that a store has kept.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameters:
    ///   - key: the key to seal.
    ///   - root: the root secret of all servers on the database.
    package init(_ key: PrivateKey, under root: RootSecret) {
        do {
            let context = Self.context(key.fingerprint, key.publicKey.jwk.algorithm)
            let box = try AES.GCM.seal(key.bytes, using: root.key(for: "keys/1"), authenticating: context)
            bytes = Array(box.nonce) + box.ciphertext + box.tag
        } catch {
            preconditionFailure("AES-GCM refuses a key: \(error)")
        }
    }

    /// - Returns: nil if it was sealed under another root secret, for another public key, or its bytes have changed.
    package func open(as jwk: JSONWebKey, under root: RootSecret) -> PrivateKey? {
        let context = Self.context(jwk.thumbprint, jwk.algorithm)
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: root.key(for: "keys/1"), authenticating: context),
            let key = PrivateKey(jwk.algorithm, bytes: Array(opened)), key.publicKey.jwk == jwk
        else { return nil }
        return key
    }

    private static func context(_ id: String, _ algorithm: KeyAlgorithm) -> [UInt8] {
        Array("\(id)\n\(algorithm.rawValue)".utf8)
    }
}
