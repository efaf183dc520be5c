// SPDX-License-Identifier: Apache-2.0

/// Appends JSON as Python's `json.dumps` spells it: ASCII, a space behind each comma and colon.
struct ConstanceWriter {
    private(set) var bytes: [UInt8] = []

    mutating func document(_ value: ConstanceValue) throws(ConstanceError) {
        if value.typeName == nil {
            try wrapped(as: "default", depth: 1) { writer throws(ConstanceError) in try writer.write(value, depth: 1) }
        } else {
            try write(value, depth: 0)
        }
    }

    /// - Parameter depth: The number of lists and objects around the value.
    private mutating func write(_ value: ConstanceValue, depth: Int) throws(ConstanceError) {
        try value.check()
        if let type = value.typeName {
            try wrapped(as: type, depth: depth + 1) { writer throws(ConstanceError) in writer.content(value) }
            return
        }
        switch value {
        case .list(let elements):
            try sequence("[", elements, "]", depth: depth + 1) { writer, element throws(ConstanceError) in
                try writer.write(element, depth: depth + 1)
            }
        case .object(let members):
            try sequence("{", members, "}", depth: depth + 1) { writer, member throws(ConstanceError) in
                writer.quoted(member.key)
                writer.ascii(": ")
                try writer.write(member.value, depth: depth + 1)
            }
        default: content(value)
        }
    }

    /// A value that holds no other.
    private mutating func content(_ value: ConstanceValue) {
        switch value {
        case .null, .list, .object: ascii("null")
        case .bool(let value): ascii(value ? "true" : "false")
        case .integer(let value): ascii(String(value))
        case .float(let value), .timedelta(let value): ascii(value.pythonText)
        case .string(let text), .datetime(let text), .date(let text), .time(let text), .decimal(let text):
            quoted(text)
        case .uuid(let bits):
            let hex = String(bits, radix: 16)
            quoted(String(repeating: "0", count: 32 - hex.count) + hex)
        }
    }

    private mutating func wrapped(
        as type: String, depth: Int, _ content: (inout Self) throws(ConstanceError) -> Void
    ) throws(ConstanceError) {
        guard depth <= ConstanceCodec.maximumDepth else { throw .tooDeep }
        ascii(#"{"__type__": "\#(type)", "__value__": "#)
        try content(&self)
        ascii("}")
    }

    private mutating func sequence<Element>(
        _ open: String, _ elements: [Element], _ close: String, depth: Int,
        _ write: (inout Self, Element) throws(ConstanceError) -> Void
    ) throws(ConstanceError) {
        guard depth <= ConstanceCodec.maximumDepth else { throw .tooDeep }
        ascii(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { ascii(", ") }
            try write(&self, element)
        }
        ascii(close)
    }

    private mutating func ascii(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func quoted(_ text: String) {
        ascii("\"")
        for unit in text.utf16 {
            switch unit {
            case 0x22: ascii("\\\"")
            case 0x5C: ascii("\\\\")
            case 0x08: ascii("\\b")
            case 0x09: ascii("\\t")
            case 0x0A: ascii("\\n")
            case 0x0C: ascii("\\f")
            case 0x0D: ascii("\\r")
            case 0x20...0x7E: bytes.append(UInt8(truncatingIfNeeded: unit))
            default:
                let hex = String(unit, radix: 16)
                ascii("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
            }
        }
        ascii("\"")
    }
}
