// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Header text by the rules of RFC 9110 §5.6, on octets: Unicode case folding would take U+212A for `k`.
extension ArraySlice<UInt8> {
    /// A copy without the optional white space at both ends.
    var trimmed: ArraySlice<UInt8> {
        guard let last = lastIndex(where: { !$0.isOptionalWhitespace }) else { return [] }
        return self[...last].drop(while: \.isOptionalWhitespace)
    }

    /// The octets as text; octets that are not UTF-8 become U+FFFD.
    var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// - Parameter token: a token in lower case.
    func matches(_ token: StaticString) -> Bool {
        count == token.utf8CodeUnitCount && token.withUTF8Buffer { matches($0) }
    }

    /// - Parameter token: a token in lower case.
    func matches(_ token: some Collection<UInt8>) -> Bool {
        count == token.count && zip(self, token).allSatisfy { $0.lowercasedASCII == $1 }
    }
}

extension String {
    /// The octets of a header value.
    var octets: ArraySlice<UInt8> { Array(utf8)[...] }

    /// The first hundred members of a list (RFC 9110 §5.6.1), including empty ones. No meaningful header has more.
    var listMembers: [ArraySlice<UInt8>] {
        octets.parts(separatedBy: UInt8(ascii: ","), atMost: 100).map(\.trimmed)
    }

    /// - Parameter token: a token in lower case.
    func matches(_ token: StaticString) -> Bool {
        utf8.count == token.utf8CodeUnitCount && octets.matches(token)
    }
}

extension UInt8 {
    fileprivate var isOptionalWhitespace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t")
    }

    fileprivate var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
