// SPDX-License-Identifier: Apache-2.0

/// The string literals of a Swift source file, each with the code before it.
///
/// It reads what this project writes: ordinary, raw and multi-line literals, and interpolations with literals in them.
struct SwiftText {
    struct Literal {
        /// The text, with ``Line/placeholder`` in the place of each interpolation.
        let text: String
        /// The last code before the literal without white space and comments; each earlier literal is one quote.
        let before: String
        /// The literal before this one; empty for the first.
        let previous: String
    }

    private(set) var literals: [Literal] = []
    /// All code without white space and comments; each literal is one quote.
    private(set) var code = ""

    private let bytes: [UInt8]
    private var place = 0

    init(_ source: String) {
        bytes = Array(source.utf8)
        while place < bytes.count { step() }
    }

    private mutating func step() {
        if has("//") {
            while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
        } else if has("/*") {
            while place < bytes.count, !has("*/") { place += 1 }
            place += 2
        } else if let hashes = hashesOfLiteral {
            let text = literal(hashes)
            // Two literals with a plus between them are one text.
            if code.hasSuffix("\"+"), let first = literals.popLast() {
                code.removeLast()
                literals.append(Literal(text: first.text + text, before: first.before, previous: first.previous))
            } else {
                let previous = literals.last?.text ?? ""
                literals.append(Literal(text: text, before: String(code.suffix(120)), previous: previous))
                code += "\""
            }
        } else {
            let byte = bytes[place]
            if byte > 0x20 { code.unicodeScalars.append(Unicode.Scalar(byte)) }
            place += 1
        }
    }

    private func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        bytes[min(place + offset, bytes.count)...].starts(with: "\(text)".utf8)
    }

    /// The number of number signs of the literal that begins here; nil if none does.
    private var hashesOfLiteral: Int? {
        var count = 0
        while place + count < bytes.count, bytes[place + count] == UInt8(ascii: "#") { count += 1 }
        return has("\"", at: count) ? count : nil
    }

    private mutating func literal(_ hashes: Int) -> String {
        place += hashes
        let isMultiline = has("\"\"\"")
        let quotes = isMultiline ? 3 : 1
        place += quotes
        let end = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + hashMarks(hashes)
        let escape = [UInt8(ascii: "\\")] + hashMarks(hashes)
        var text: [UInt8] = []
        while place < bytes.count, !bytes[place...].starts(with: end) {
            guard bytes[place...].starts(with: escape) else {
                text.append(bytes[place])
                place += 1
                continue
            }
            place += escape.count
            switch bytes[place] {
            case UInt8(ascii: "("):
                skipInterpolation()
                text += Array(Line.placeholder.utf8)
            case UInt8(ascii: "\n"):
                // The text goes on in the next line, behind its indentation.
                place += 1
                while bytes[place] == UInt8(ascii: " ") { place += 1 }
            case UInt8(ascii: "n"):
                text.append(UInt8(ascii: "\n"))
                place += 1
            case let other:
                text.append(other)
                place += 1
            }
        }
        place += end.count
        let lines = String(decoding: text, as: UTF8.self)
        return isMultiline ? Line.withoutIndentation(lines) : lines
    }

    private func hashMarks(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "#"), count: count) }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            if let hashes = hashesOfLiteral {
                _ = literal(hashes)
                continue
            }
            if has("(") { depth += 1 }
            if has(")") { depth -= 1 }
            place += 1
        } while depth > 0 && place < bytes.count
    }
}
