// SPDX-License-Identifier: Apache-2.0

@_spi(_Unicode) import Swift

/// A password in the forms that are compared with a hash.
///
/// Keyboards send one password composed or decomposed (NIST SP 800-63B-4 §3.1.1.2), so new hashes are made of its NFC
/// form (RFC 8265 §4.2, OpaqueString). Older hashes and those of other programs may be made of the form as sent, so
/// that is tried too if it differs. Nothing is cut, folded or replaced.
package struct PasswordText: Sendable {
    /// The longest text that is normalized, in bytes: 128 characters with a few marks each. Ordering marks takes time
    /// quadratic in their number.
    private static let maximumLength = 2_048

    /// The NFC form in UTF-8, of which new hashes are made.
    let normalized: [UInt8]
    /// The form as sent; nil if it is the NFC form.
    let asSent: [UInt8]?

    init(_ password: String) {
        let bytes = Array(password.utf8)
        normalized = Self.normalized(password).map { Array($0.utf8) } ?? bytes
        asSent = normalized == bytes ? nil : bytes
    }

    /// - Returns: the NFC form; nil for ASCII and for texts that are too long, which stay as they are.
    package static func normalized(_ password: String) -> String? {
        guard !password.isASCII, password.utf8.count <= maximumLength else { return nil }
        return String(String.UnicodeScalarView(password._nfc))
    }
}
