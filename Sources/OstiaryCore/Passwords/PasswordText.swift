// SPDX-License-Identifier: Apache-2.0

@_spi(_Unicode) import Swift

/// A password in the forms in which it is hashed.
///
/// The same password comes composed from one keyboard and decomposed from another (NIST SP 800-63B-4 §3.1.1.2), so
/// hashes are made of its NFC form (RFC 8265 §4.2, OpaqueString). Hashes from before, and those of other programs, may be
/// of what was typed, so that is tried too where it differs. Nothing is cut, folded or replaced.
package struct PasswordText: Sendable {
    /// Longer texts are no password of ours: 128 characters, each with a few marks. To put marks in order takes time
    /// quadratic in their number.
    private static let maximumLength = 2_048

    /// In UTF-8, the form that new hashes are made of.
    let normalized: [UInt8]
    /// As sent; nil where that is the same.
    let asSent: [UInt8]?

    init(_ password: String) {
        let bytes = Array(password.utf8)
        normalized = Self.normalized(password).map { Array($0.utf8) } ?? bytes
        asSent = normalized == bytes ? nil : bytes
    }

    /// - Returns: nil where the text is taken as it is.
    package static func normalized(_ password: String) -> String? {
        guard !password.isASCII, password.utf8.count <= maximumLength else { return nil }
        return String(String.UnicodeScalarView(password._nfc))
    }
}
