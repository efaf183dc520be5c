// SPDX-License-Identifier: Apache-2.0

/// The grammar of RFC 8259 over bytes of valid UTF-8.
struct JSONParser {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private let hasASCIINames: Bool
    private var position = 0
    private static let maximumDepth = 16

    /// - Parameters:
    ///   - bytes: have to be valid UTF-8.
    ///   - hasASCIINames: true to refuse other names of members.
    init(_ bytes: [UInt8], hasASCIINames: Bool) {
        self.bytes = bytes
        self.hasASCIINames = hasASCIINames
    }

    /// Reads the whole text.
    mutating func document() throws(Malformed) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw Malformed() }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Passes over a character if it is the current one.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSON {
        skipSpace()
        switch current {
        case UInt8(ascii: "\"")?: return .string(try string())
        case UInt8(ascii: "{")?: return .object(try object(depth: depth + 1))
        case UInt8(ascii: "[")?: return .array(try array(depth: depth + 1))
        case UInt8(ascii: "t")?: return try literal("true", .bool(true))
        case UInt8(ascii: "f")?: return try literal("false", .bool(false))
        case UInt8(ascii: "n")?: return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func literal(_ text: String, _ value: JSON) throws(Malformed) -> JSON {
        guard bytes[position...].starts(with: text.utf8) else { throw Malformed() }
        position += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Malformed) -> [String: JSON] {
        guard depth <= Self.maximumDepth else { throw Malformed() }
        position += 1
        var members: [String: JSON] = [:]
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw Malformed() }
            let name = try string()
            guard !hasASCIINames || name.utf8.allSatisfy({ $0 < 0x80 }) else { throw Malformed() }
            skipSpace()
            guard take(":") else { throw Malformed() }
            guard members.updateValue(try value(depth: depth), forKey: name) == nil else { throw Malformed() }
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw Malformed() }
        }
    }

    private mutating func array(depth: Int) throws(Malformed) -> [JSON] {
        guard depth <= Self.maximumDepth else { throw Malformed() }
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw Malformed() }
        }
    }

    private mutating func number() throws(Malformed) -> Double {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else { throw Malformed() }
        return number
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw Malformed() }
    }

    private mutating func string() throws(Malformed) -> String {
        position += 1
        var run = position
        var decoded: [UInt8] = []
        while let byte = current {
            guard byte >= 0x20 else { throw Malformed() }
            position += 1
            if byte == UInt8(ascii: "\"") {
                if decoded.isEmpty { return String(decoding: bytes[run..<position - 1], as: UTF8.self) }
                return String(decoding: decoded + bytes[run..<position - 1], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                decoded += bytes[run..<position - 1]
                decoded += try escaped()
                run = position
            }
        }
        throw Malformed()
    }

    private mutating func escaped() throws(Malformed) -> [UInt8] {
        guard let byte = current else { throw Malformed() }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try character()
        default: throw Malformed()
        }
    }

    /// The character of `\uXXXX`, or of two of them.
    private mutating func character() throws(Malformed) -> [UInt8] {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return Array(String(Character(scalar)).utf8) }
        guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else { throw Malformed() }
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw Malformed() }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func codeUnit() throws(Malformed) -> UInt32 {
        guard position + 4 <= bytes.count else { throw Malformed() }
        var unit: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw Malformed()
            }
        }
        position += 4
        return unit
    }
}
