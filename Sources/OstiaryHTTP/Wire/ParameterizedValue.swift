// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A header value with parameters, `value; name=token; name="quoted"` (RFC 9110 §5.6.6).
///
/// Parsing never fails: a piece without `=` is skipped, and of a repeated name the last value counts. Only values that
/// are asked for are decoded.
struct ParameterizedValue: Sendable {
    /// The value as sent, without the white space around it.
    let value: ArraySlice<UInt8>
    private let parameters: ArraySlice<UInt8>?

    init(_ bytes: ArraySlice<UInt8>) {
        var pieces = Pieces(rest: bytes)
        value = pieces.next()?.trimmed ?? []
        parameters = pieces.rest
    }

    /// - Parameter name: the name of a parameter, in lower case.
    subscript(name: StaticString) -> [UInt8]? {
        var found: ArraySlice<UInt8>?
        for piece in Pieces(rest: parameters) {
            guard let equals = piece.place(of: UInt8(ascii: "=")), piece[..<equals].trimmed.matches(name) else {
                continue
            }
            found = piece[(equals + 1)...].trimmed
        }
        return found.map(Self.unquoted)
    }

    /// True if the name of a parameter passes a test.
    func hasParameter(where passes: (ArraySlice<UInt8>) -> Bool) -> Bool {
        Pieces(rest: parameters).contains { piece in
            piece.place(of: UInt8(ascii: "=")).map { passes(piece[..<$0].trimmed) } ?? false
        }
    }

    // `\\` and `\"` are the only escapes: browsers send `C:\name` unescaped.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let mark = UInt8(ascii: "\"")
        guard value.count >= 2, value.first == mark, value.last == mark else { return Array(value) }
        var content: [UInt8] = []
        var isEscaped = false
        for byte in value.dropFirst().dropLast() {
            if isEscaped {
                if byte != mark, byte != UInt8(ascii: "\\") {
                    content.append(UInt8(ascii: "\\"))
                }
                content.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                content.append(byte)
            }
        }
        return isEscaped ? content + [UInt8(ascii: "\\")] : content
    }
}

/// The pieces between the semicolons that stand outside quotation marks.
private struct Pieces: Sequence, IteratorProtocol {
    private(set) var rest: ArraySlice<UInt8>?
    /// True if the value has quotation marks; most values have none.
    private let hasQuotes: Bool

    init(rest: ArraySlice<UInt8>?) {
        self.rest = rest
        self.hasQuotes = rest?.place(of: UInt8(ascii: "\"")) != nil
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard let bytes = rest else { return nil }
        guard hasQuotes else {
            guard let end = bytes.place(of: UInt8(ascii: ";")) else {
                rest = nil
                return bytes
            }
            rest = bytes[(end + 1)...]
            return bytes[..<end]
        }
        return nextQuoted(bytes)
    }

    private mutating func nextQuoted(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            switch bytes[index] {
            case _ where isEscaped:
                isEscaped = false
            case UInt8(ascii: "\\") where isQuoted:
                isEscaped = true
            case UInt8(ascii: "\""):
                isQuoted.toggle()
            case UInt8(ascii: ";") where !isQuoted:
                rest = bytes[(index + 1)...]
                return bytes[..<index]
            default:
                break
            }
        }
        rest = nil
        return bytes
    }
}
