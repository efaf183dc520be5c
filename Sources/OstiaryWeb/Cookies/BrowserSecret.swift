// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryCore

/// A browser's identity: 256 random bits in a cookie of its own. Form tokens derive from it, so no one else can make
/// them; a session cookie that is copied without it stops working at the next refresh.
struct BrowserSecret: Sendable, Equatable {
    let text: String

    init() { text = SecureRandom.bytes(32).hexadecimal }

    /// - Returns: nil unless the text has the form of a secret of this server.
    init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(\.isLowercaseHex) else { return nil }
        self.text = text
    }

    /// The `Idempotency-Key` of a refresh token in this browser. All tabs derive the same key, so two tabs that refresh
    /// at once get the same successor; another browser derives another key, so a copied cookie counts as a replay.
    func idempotencyKey(of refreshToken: String) -> String {
        let key = SymmetricKey(data: Array(text.utf8))
        let name = Array("ostiary/browsing/\(refreshToken)".utf8)
        return HMAC<SHA256>.authenticationCode(for: name, using: key).hexadecimal
    }

    /// The token that a form must carry.
    func formToken(_ key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).hexadecimal
    }

    /// True if a token is that of this browser. The comparison takes constant time.
    func isFormToken(_ token: String, _ key: SymmetricKey) -> Bool {
        guard let code = bytes(ofHex: token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(text.utf8), using: key)
    }
}

/// - Returns: the bytes that lower-case hexadecimal digits stand for; nil for any other text.
private func bytes(ofHex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.isLowercaseHex) else { return nil }
    let values = digits.compactMap(\.hexadecimalValue)
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}

extension UInt8 {
    fileprivate var isLowercaseHex: Bool { hexadecimalValue != nil && !(0x41...0x46).contains(self) }
}
