/// A header value with parameters, `value; name=token; name="quoted"` (RFC 9110 §5.6.6).
///
/// Reading never fails: a piece without `=` is no parameter, and of a name given twice the last one counts.
struct ParameterizedValue: Equatable, Sendable {
    /// In lower case.
    let value: String
    /// By name in lower case.
    let parameters: [String: String]

    init(_ bytes: ArraySlice<UInt8>) {
        var pieces = Pieces(rest: bytes)
        value = pieces.next()?.trimmed.lowercasedText ?? ""
        var parameters: [String: String] = [:]
        for piece in pieces {
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
            parameters[piece[..<equals].trimmed.lowercasedText] = Self.unquoted(piece[(equals + 1)...].trimmed)
        }
        self.parameters = parameters
    }

    /// Whether a header value has a parameter that passes a test, found out without storing any.
    static func hasParameter(_ bytes: ArraySlice<UInt8>, where passes: (ArraySlice<UInt8>) -> Bool) -> Bool {
        Pieces(rest: bytes).dropFirst().contains { piece in
            piece.firstIndex(of: UInt8(ascii: "=")).map { passes(piece[..<$0].trimmed) } ?? false
        }
    }

    // Browsers send `C:\name` unescaped, so only `\\` and `\"` are escapes.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> String {
        let mark = UInt8(ascii: "\"")
        guard value.count >= 2, value.first == mark, value.last == mark else { return value.text }
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
        return String(decoding: isEscaped ? content + [UInt8(ascii: "\\")] : content, as: UTF8.self)
    }
}

/// The text between the semicolons that stand outside quotation marks.
private struct Pieces: Sequence, IteratorProtocol {
    var rest: ArraySlice<UInt8>?

    mutating func next() -> ArraySlice<UInt8>? {
        guard let bytes = rest else { return nil }
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
