// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A key for HS256 (RFC 7518 §3.2).
public struct SigningKey: TokenSigner, CustomStringConvertible, CustomReflectable {
    public let id: String?
    public let algorithm = "HS256"
    public let fingerprint: String
    private let symmetric: SymmetricKey
    /// An HMAC that is keyed already: keying costs more than signing.
    private let code: HMAC<SHA256>

    /// The minimum length in bytes: that of the hash (RFC 7518 §3.2, RFC 8725 §3.5).
    public static let minimumBytes = 32

    /// - Parameters:
    ///   - secret: the key's bytes; for a Django `SECRET_KEY` its UTF-8.
    ///   - id: the `kid` of tokens that it signs; nil for none.
    /// - Returns: nil if the secret is shorter than ``minimumBytes``.
    public init?(secret: some Sequence<UInt8>, id: String? = nil) {
        let bytes = Array(secret)
        guard bytes.count >= Self.minimumBytes else { return nil }
        self.id = id
        self.symmetric = SymmetricKey(data: bytes)
        self.code = HMAC(key: symmetric)
        // The HMAC of a text that no token has.
        self.fingerprint = Base64URL.text(Self.code(of: Array("ostiary signing key fingerprint".utf8), code))
    }

    public func sign(_ text: [UInt8]) -> [UInt8] { Array(Self.code(of: text, code)) }

    public func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: symmetric)
    }

    private static func code(of text: [UInt8], _ code: HMAC<SHA256>) -> HMAC<SHA256>.MAC {
        var code = code
        code.update(data: text)
        return code.finalize()
    }

    public var description: String { "SigningKey(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
