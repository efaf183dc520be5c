// SPDX-License-Identifier: Apache-2.0

/// Appends compact JSON in UTF-8 (RFC 8259), commas included.
///
/// The caller closes what it opens and gives every value in an object a key.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter capacity: The expected length of the text in bytes.
    public init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends `{`.
    public mutating func beginObject() {
        open(UInt8(ascii: "{"))
    }

    /// Appends `}`.
    public mutating func endObject() {
        close(UInt8(ascii: "}"))
    }

    /// Appends `[`.
    public mutating func beginArray() {
        open(UInt8(ascii: "["))
    }

    /// Appends `]`.
    public mutating func endArray() {
        close(UInt8(ascii: "]"))
    }

    /// Appends the key of the next value.
    public mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Appends a string in quotation marks, escaped.
    public mutating func string(_ text: String) {
        separate()
        appendQuoted(text)
    }

    /// Appends a number without fraction or exponent.
    public mutating func integer(_ value: Int64) {
        literal(String(value))
    }

    /// Appends `true` or `false`.
    public mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    /// Appends `null`.
    public mutating func null() {
        literal("null")
    }

    /// Appends a value with all it holds. A lone surrogate is written as U+FFFD.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let number): literal(number.text)
        case .string(let string): self.string(string.text)
        case .array(let elements):
            beginArray()
            for element in elements {
                write(element)
            }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                key(member.key)
                write(member.value)
            }
            endObject()
        }
    }

    private mutating func separate() {
        if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ bytes.appendEscaped($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { bytes.appendEscaped($0) }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension [UInt8] {
    // Runs that need no escape are copied whole.
    fileprivate mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var run = 0
        for position in text.indices {
            let byte = text[position]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0xE2 else {
                continue
            }
            guard let (escape, length) = escape(at: position, of: text) else { continue }
            append(contentsOf: text[run..<position])
            append(contentsOf: escape.utf8)
            run = position + length
        }
        append(contentsOf: text[run...])
    }

    private func escape(at position: Int, of text: UnsafeBufferPointer<UInt8>) -> (escape: String, length: Int)? {
        switch text[position] {
        case UInt8(ascii: "\""): return ("\\\"", 1)
        case UInt8(ascii: "\\"): return ("\\\\", 1)
        case 0x08: return ("\\b", 1)
        case 0x0C: return ("\\f", 1)
        case 0x0A: return ("\\n", 1)
        case 0x0D: return ("\\r", 1)
        case 0x09: return ("\\t", 1)
        case let control where control < 0x20:
            return ((control < 0x10 ? "\\u000" : "\\u00") + String(control, radix: 16), 1)
        default:
            // JavaScript before ES2019 took U+2028 and U+2029 for line ends inside a string.
            guard position + 2 < text.count, text[position + 1] == 0x80 else { return nil }
            switch text[position + 2] {
            case 0xA8: return ("\\u2028", 3)
            case 0xA9: return ("\\u2029", 3)
            default: return nil
            }
        }
    }
}
