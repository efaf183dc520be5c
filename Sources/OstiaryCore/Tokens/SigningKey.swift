// SPDX-License-Identifier: Apache-2.0

public import Crypto

/// A key for HS256 (RFC 7518 §3.2).
public struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// RFC 7515 §4.1.4; nil as long as there is one key. A key ring picks by it.
    public let id: String?
    let symmetric: SymmetricKey
    /// Ready for a text: to key it anew costs more than to sign.
    private let code: HMAC<SHA256>

    /// RFC 7518 §3.2 and RFC 8725 §3.5: at least as long as the hash.
    public static let minimumBytes = 32

    /// - Parameter secret: the key's bytes; for a Django `SECRET_KEY` its UTF-8.
    /// - Returns: nil when it is shorter than ``minimumBytes``.
    public init?(secret: some Sequence<UInt8>, id: String? = nil) {
        let bytes = Array(secret)
        guard bytes.count >= Self.minimumBytes else { return nil }
        self.id = id
        self.symmetric = SymmetricKey(data: bytes)
        self.code = HMAC(key: symmetric)
    }

    /// HMAC-SHA256 of a text.
    func sign(_ text: [UInt8]) -> HMAC<SHA256>.MAC {
        var code = self.code
        code.update(data: text)
        return code.finalize()
    }

    /// Tells keys apart and gives none away: an HMAC of a text that no token can have.
    public var fingerprint: String {
        var text: [UInt8] = []
        Base64URL.append(sign(Array("ostiary signing key fingerprint".utf8)), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// A key of its own for another purpose; this one cannot be found from it (RFC 5869).
    /// - Parameter purpose: a path with a version, such as `throttling/1`.
    public func derived(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: symmetric, info: Array("ostiary/\(purpose)".utf8), outputByteCount: 32
        )
    }

    public var description: String { "SigningKey(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The key that signs and the keys that verify.
public struct KeyRing: Sendable {
    public let signing: SigningKey
    private let verifying: [String?: SigningKey]

    /// - Parameters:
    ///   - signing: signs new tokens and verifies them.
    ///   - previous: verify only, each until the last token signed with it has expired.
    public init(signing: SigningKey, previous: [SigningKey] = []) {
        self.signing = signing
        self.verifying = Dictionary(
            ([signing] + previous).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// The `kid` only picks among our own keys; it never says where to find one (RFC 8725 §3.10). A ring whose key has
    /// no id is asked by tokens with any `kid`, as the service that we succeed does.
    func key(id: String?) -> SigningKey? {
        verifying[id] ?? verifying[nil]
    }
}
