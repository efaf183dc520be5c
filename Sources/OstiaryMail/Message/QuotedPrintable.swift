// SPDX-License-Identifier: Apache-2.0

/// The encoding of text as lines of at most 76 bytes of ASCII (RFC 2045 §6.7).
enum QuotedPrintable {
    /// The longest line without its CRLF.
    private static let maximumLine = 76

    /// The text with CRLF at the end of each line, whichever line ends it has.
    static func encode(_ text: String) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count * 5 / 4)
        for line in lines(of: text) {
            append(line, to: &encoded)
            encoded += [0x0D, 0x0A]
        }
        return encoded
    }

    /// `=` and two hexadecimal digits.
    static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "=0\(digits)" : "=\(digits)"
    }

    /// The lines between CRLF, CR or LF; a line end at the end of the text begins no further line.
    private static func lines(of text: String) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0D && $0 != 0x0A }
            lines.append(line)
            rest = rest[line.endIndex...]
            rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
        }
        return lines
    }

    private static func append(_ line: ArraySlice<UInt8>, to encoded: inout [UInt8]) {
        var column = 0
        for (index, byte) in zip(line.indices, line) {
            let isLast = index == line.endIndex - 1
            let isBlank = byte == 0x20 || byte == 0x09
            // A blank at the end of a line would be lost on the way.
            let isPlain = ((0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")) || (isBlank && !isLast)
            let width = isPlain ? 1 : 3
            // The last column is kept for the `=` of a soft line break, unless the line ends here.
            if column + width > (isLast ? maximumLine : maximumLine - 1) {
                encoded += "=\r\n".utf8
                column = 0
            }
            if isPlain { encoded.append(byte) } else { encoded += escape(byte).utf8 }
            column += width
        }
    }
}
