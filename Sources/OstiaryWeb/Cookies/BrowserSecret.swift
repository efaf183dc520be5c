// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A browser's identity: 256 random bits in a cookie of its own. Form tokens derive from it, so no one else can make
/// them; a session cookie that is copied without it stops working at the next refresh.
struct BrowserSecret: Sendable, Equatable {
    let text: String

    init() { text = (0..<4).map { _ in hex(UInt64.random(in: .min ... .max).bigEndianBytes) }.joined() }

    /// - Returns: nil unless the text has the form of a secret of this server.
    init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(\.isLowercaseHex) else { return nil }
        self.text = text
    }

    /// The `Idempotency-Key` of a refresh token in this browser. All tabs derive the same key, so two tabs that refresh
    /// at once get the same successor; another browser derives another key, so a copied cookie counts as a replay.
    func idempotencyKey(of refreshToken: String) -> String {
        let key = SymmetricKey(data: Array(text.utf8))
        return hex(HMAC<SHA256>.authenticationCode(for: Array("ostiary/browsing/\(refreshToken)".utf8), using: key))
    }

    /// The token that a form must carry.
    func formToken(_ key: SymmetricKey) -> String {
        hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    /// True if a token is that of this browser. The comparison takes constant time.
    func isFormToken(_ token: String, _ key: SymmetricKey) -> Bool {
        guard let code = bytes(ofHex: token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(text.utf8), using: key)
    }
}

/// Hexadecimal digits, in lower case.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// - Returns: the bytes that ``hex(_:)`` writes as the text; nil for any other text.
private func bytes(ofHex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.isLowercaseHex) else { return nil }
    let values = digits.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}

extension UInt8 {
    fileprivate var isLowercaseHex: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
