// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A refresh token's successor as the store keeps it: readable only for who presents the token itself.
///
/// AES-256-GCM with a key that HKDF-SHA256 (RFC 5869) derives from the parent's sixteen bytes and the session. There is
/// no key of the server to share or to lose, and the database alone opens nothing.
public struct SealedSuccessor: Sendable, Hashable {
    /// Nonce, ciphertext and tag: 44 bytes.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameters:
    ///   - parent: what it is sealed under.
    ///   - nonce: random; 96 bits of it are used.
    init(_ successor: RefreshToken, parent: SealingParent, session: SessionID, nonce: UInt128) {
        do {
            let nonce = try AES.GCM.Nonce(data: UUIDText.bytes(nonce).prefix(12))
            let box = try AES.GCM.seal(successor.bytes, using: parent.key(session), nonce: nonce)
            bytes = Array(nonce) + box.ciphertext + box.tag
        } catch {
            preconditionFailure("AES-GCM refuses sixteen bytes: \(error)")
        }
    }

    /// - Returns: nil when it was sealed under another token or for another session, or changed since.
    func open(parent: RefreshToken, session: SessionID) -> RefreshToken? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: SealingParent(parent).key(session))
        else { return nil }
        return RefreshToken(bytes: Array(opened))
    }
}

/// A refresh token's part of the key. Made before the transaction, in which everybody behind would wait for it.
struct SealingParent: Sendable {
    /// HKDF-Extract without a salt (RFC 5869 §2.2): an HMAC under zeros, whose state is the same each time.
    private static let extract = HMAC<SHA256>(key: SymmetricKey(data: [UInt8](repeating: 0, count: 32)))

    private let expand: HMAC<SHA256>

    init(_ parent: RefreshToken) {
        var extract = Self.extract
        extract.update(data: parent.bytes)
        self.expand = HMAC(key: SymmetricKey(data: extract.finalize()))
    }

    /// HKDF-Expand (RFC 5869 §2.3): 32 bytes are its first block.
    func key(_ session: SessionID) -> SymmetricKey {
        var expand = self.expand
        expand.update(data: Array("ostiary/refresh/1".utf8) + session.bytes + [1])
        return SymmetricKey(data: expand.finalize())
    }
}
