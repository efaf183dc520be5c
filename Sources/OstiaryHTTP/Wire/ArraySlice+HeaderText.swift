/// Header text as RFC 9110 §5.6 reads it: ASCII rules on octets, lest Unicode case folding let U+212A pass as `k`.
extension ArraySlice<UInt8> {
    /// Without the optional white space at either end.
    var trimmed: ArraySlice<UInt8> {
        guard let last = lastIndex(where: { !$0.isOptionalWhitespace }) else { return [] }
        return self[...last].drop(while: \.isOptionalWhitespace)
    }

    /// The text with A to Z in lower case; what is not UTF-8 becomes U+FFFD.
    var lowercasedText: String {
        String(decoding: map(\.lowercasedASCII), as: UTF8.self)
    }

    var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// - Parameter token: In lower case.
    func matches(_ token: StaticString) -> Bool {
        guard count == token.utf8CodeUnitCount else { return false }
        return token.withUTF8Buffer { token in
            token.indices.allSatisfy { self[startIndex + $0].lowercasedASCII == token[$0] }
        }
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
