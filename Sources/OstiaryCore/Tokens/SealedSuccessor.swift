// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The successor of a refresh token, encrypted under that token, as stores keep it.
///
/// AES-256-GCM with a key that HKDF-SHA256 (RFC 5869) derives from the parent's 16 bytes and the session. The server
/// has no key to share or to lose, and the database alone does not decrypt it.
public struct SealedSuccessor: Sendable, Hashable {
    /// Nonce, ciphertext and tag: 44 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: the 44 bytes that a store has kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameters:
    ///   - parent: the token under which it is sealed.
    ///   - nonce: random bits, of which 96 are used.
    init(_ successor: RefreshToken, parent: SealingParent, session: SessionID, nonce: UInt128) {
        do {
            let nonce = try AES.GCM.Nonce(data: UUIDText.bytes(nonce).prefix(12))
            let box = try AES.GCM.seal(successor.bytes, using: parent.key(session), nonce: nonce)
            bytes = Array(nonce) + box.ciphertext + box.tag
        } catch {
            preconditionFailure("AES-GCM refuses sixteen bytes: \(error)")
        }
    }

    /// - Returns: nil if it was sealed under another token or for another session, or its bytes have changed.
    func open(parent: RefreshToken, session: SessionID) -> RefreshToken? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: SealingParent(parent).key(session))
        else { return nil }
        return RefreshToken(bytes: Array(opened))
    }
}

/// The part of the key that depends on the token alone. It is computed before the transaction, for which others wait.
struct SealingParent: Sendable {
    /// HKDF-Extract without a salt (RFC 5869 §2.2): an HMAC under a key of zeros, set up once.
    private static let extract = HMAC<SHA256>(key: SymmetricKey(data: [UInt8](repeating: 0, count: 32)))

    private let expand: HMAC<SHA256>

    init(_ parent: RefreshToken) {
        var extract = Self.extract
        extract.update(data: parent.bytes)
        self.expand = HMAC(key: SymmetricKey(data: extract.finalize()))
    }

    /// HKDF-Expand (RFC 5869 §2.3), of which the first block is 32 bytes.
    func key(_ session: SessionID) -> SymmetricKey {
        var expand = self.expand
        expand.update(data: Array("ostiary/refresh/1".utf8) + session.bytes + [1])
        return SymmetricKey(data: expand.finalize())
    }
}
