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
    ///   - nonce: random; 96 bits of it are used.
    init(_ successor: RefreshToken, parent: RefreshToken, session: SessionID, nonce: UInt128) {
        let key = Self.key(parent, session)
        do {
            let nonce = try AES.GCM.Nonce(data: UUIDText.bytes(nonce).prefix(12))
            let box = try AES.GCM.seal(successor.bytes, using: key, nonce: nonce)
            bytes = Array(nonce) + box.ciphertext + box.tag
        } catch {
            preconditionFailure("AES-GCM refuses sixteen bytes: \(error)")
        }
    }

    /// - Returns: nil when it was sealed under another token or for another session, or changed since.
    func open(parent: RefreshToken, session: SessionID) -> RefreshToken? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: Self.key(parent, session))
        else { return nil }
        return RefreshToken(bytes: Array(opened))
    }

    private static func key(_ parent: RefreshToken, _ session: SessionID) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: parent.bytes),
            info: Array("ostiary/refresh/1".utf8) + session.bytes, outputByteCount: 32
        )
    }
}
