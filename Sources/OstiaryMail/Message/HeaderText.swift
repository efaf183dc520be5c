// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A text for a header field (RFC 5322 §2.2). A line end in it would begin another field, so it is refused when the
/// value is made.
struct HeaderText: Sendable, Equatable {
    let text: String

    /// The most bytes of a text.
    static let maximumLength = 2_000

    /// - Throws: ``MailMessageError`` for CR, LF, NUL or more than ``maximumLength`` bytes.
    init(_ text: String) throws(MailMessageError) {
        guard !text.utf8.contains(where: { [0x0A, 0x0D, 0].contains($0) }) else { throw .lineEnd }
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        self.text = text
    }

    /// The text as the body of an unstructured field such as `Subject`, folded (RFC 5322 §2.2.3).
    /// - Parameter offset: the bytes of the line before the text.
    func unstructured(after offset: Int) -> String {
        Self.isPrintable(text) && text.utf8.count <= Self.shortLine ? text : encodedWords(after: offset)
    }

    /// The text as a display name: words, a quoted string (RFC 5322 §3.2.4) or encoded words.
    /// - Parameter offset: the bytes of the line before the text.
    func phrase(after offset: Int) -> String {
        guard Self.isPrintable(text), text.utf8.count <= Self.shortLine else { return encodedWords(after: offset) }
        let isAtoms = text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: " ") }
        if isAtoms { return text }
        let escaped = text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
        return "\"\(escaped.joined())\""
    }

    /// Plain text of this length stays on the line of the field's name.
    private static let shortLine = 60

    /// True for text that needs no encoding. `=?` would be read as the beginning of an encoded word, and a blank at an
    /// end would be lost.
    private static func isPrintable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.containsBytes(of: "=?")
            && text.utf8.first != UInt8(ascii: " ") && text.utf8.last != UInt8(ascii: " ")
    }

    /// Words in the encoding Q of RFC 2047 §4.2, with the characters that it allows in phrases, too (§5). No line is
    /// longer than 76 bytes, and no character is split.
    private func encodedWords(after offset: Int) -> String {
        let (start, end) = ("=?utf-8?q?", "?=")
        var lines: [String] = []
        var word = ""
        var room = 76 - offset - start.utf8.count - end.utf8.count
        for scalar in text.unicodeScalars {
            let encoded = Self.encoded(scalar)
            if encoded.utf8.count > room {
                lines.append(start + word + end)
                word = ""
                // A folded line begins with a blank, and a word has at most 75 bytes.
                room = 75 - start.utf8.count - end.utf8.count
            }
            word += encoded
            room -= encoded.utf8.count
        }
        return (lines + [start + word + end]).joined(separator: "\r\n ")
    }

    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        if scalar == " " { return "_" }
        return String(scalar).utf8.reduce(into: "") { text, byte in
            let isPlain = byte.isASCIILetter || byte.isASCIIDigit || "!*+-/".utf8.contains(byte)
            text += isPlain ? String(Unicode.Scalar(byte)) : QuotedPrintable.escape(byte)
        }
    }
}

/// The reason why a mail cannot be written.
package enum MailMessageError: Error, Sendable, Equatable, CustomStringConvertible {
    case lineEnd
    case tooLong
    case invalidAddress
    case invalidID
    case incomplete

    package var description: String {
        switch self {
        case .lineEnd: "a header must not contain a line end or a NUL"
        case .tooLong: "a header is longer than \(HeaderText.maximumLength) bytes"
        case .invalidAddress: "the address has characters that mail does not allow"
        case .incomplete: "the mail lacks the link or the code of its kind"
        case .invalidID: "the id must be 1…64 letters and digits"
        }
    }
}
