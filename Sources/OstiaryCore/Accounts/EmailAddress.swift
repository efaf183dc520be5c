// SPDX-License-Identifier: Apache-2.0

/// An e-mail address that passed Django's `EmailValidator`, restricted to ASCII.
///
/// The domain is kept lower-cased, the local part as typed. Two addresses are the same account when their ``key`` is
/// equal. ASCII only, because case-folding outside it makes different addresses collide (CVE-2019-19844).
public struct EmailAddress: Sendable, Hashable {
    /// The address as shown and stored.
    public let text: String
    /// The whole address in lower case, by which accounts are compared.
    public let key: String

    /// True if the local part is quoted (RFC 5321 §4.1.2). A quoted part may hold control characters and is a second
    /// spelling of an unquoted one. Accounts with such a login keep it; new ones are refused.
    public var isQuoted: Bool { text.utf8.first == UInt8(ascii: "\"") }

    /// The longest address, in code points (the column's width).
    public static let maximumLength = 254

    /// - Parameter text: without blanks around it.
    /// - Returns: nil if the text is no address or longer than 320 bytes (RFC 3696). ``maximumLength`` is not checked.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 320, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let local = bytes[..<at]
        let domain = Self.lowercased(bytes[(at + 1)...])
        guard Self.isDotAtom(local) || Self.isQuotedString(local) else { return nil }
        guard domain == Array("localhost".utf8) || Self.isDomain(domain) || Self.isAddressLiteral(domain) else {
            return nil
        }
        self.text = String(decoding: local + [UInt8(ascii: "@")] + domain, as: UTF8.self)
        self.key = String(decoding: Self.lowercased(local) + [UInt8(ascii: "@")] + domain, as: UTF8.self)
    }

    /// The login of an account that another program has made, whatever it is: it need not be an address.
    /// - Parameter text: the text as it was sent, at most ``maximumLength`` code points, without NUL.
    /// - Returns: nil for any other text.
    package init?(ofAnyAccount text: String) {
        guard (1...4 * Self.maximumLength).contains(text.utf8.count), text.unicodeScalars.count <= Self.maximumLength,
            !text.utf8.contains(0)
        else { return nil }
        self.text = text
        self.key = Self.key(of: text)
    }

    /// The ``key`` of a stored address, which may be older than the rules: the letters of ASCII in lower case.
    package static func key(of text: String) -> String {
        String(decoding: lowercased(Array(text.utf8)[...]), as: UTF8.self)
    }

    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static let atomPunctuation = Set("-!#$%&'*+/=?^_`{}|~".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit }

    private static func isDotAtom(_ local: ArraySlice<UInt8>) -> Bool {
        local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isAlphanumeric($0) || atomPunctuation.contains($0) }
        }
    }

    /// RFC 5321 quoted-string without blanks: any ASCII but space, tab, line ends, `"` and `\`, which need a `\`.
    private static func isQuotedString(_ local: ArraySlice<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\")
        guard local.count >= 2, local.first == quote, local.last == quote else { return false }
        var inner = local.dropFirst().dropLast()
        while let byte = inner.popFirst() {
            if byte == backslash {
                guard let escaped = inner.popFirst(),
                    isQuotable(escaped) || escaped == 0x09 || escaped == 0x20
                        || escaped == quote || escaped == backslash
                else { return false }
            } else if !isQuotable(byte) {
                return false
            }
        }
        return true
    }

    private static func isQuotable(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x01...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x21, 0x23...0x5B, 0x5D...0x7F: true
        default: false
        }
    }

    private static func isDomain(_ domain: [UInt8]) -> Bool {
        let hyphen = UInt8(ascii: "-")
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let top = labels.last, (2...63).contains(top.count), top.last != hyphen,
            top.allSatisfy({ isAlphanumeric($0) || $0 == hyphen })
        else { return false }
        return labels.dropLast().allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
        }
    }

    private static func isAddressLiteral(_ domain: [UInt8]) -> Bool {
        guard domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 else {
            return false
        }
        return IPAddress(String(decoding: domain.dropFirst().dropLast(), as: UTF8.self)) != nil
    }
}
