// SPDX-License-Identifier: Apache-2.0

/// The grammar of RFC 8259 over a buffer of valid UTF-8.
struct JSONScanner {
    // In release builds the buffer's subscript is unchecked: bytes are read through `current` or behind a check of
    // `position` only.
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private let maximumDepth: Int
    private var remainingValues: Int
    private let duplicateKeys: JSONReader.DuplicateKeys

    struct Limits {
        let depth: Int
        let values: Int
    }

    /// - Parameter bytes: Must be valid UTF-8 and outlive the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits, duplicateKeys: JSONReader.DuplicateKeys) {
        self.bytes = bytes
        self.maximumDepth = limits.depth
        self.remainingValues = limits.values
        self.duplicateKeys = duplicateKeys
    }

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw failure("Unexpected byte order mark")
        }
        let value = try value(depth: 0)
        skipWhitespace()
        guard position == bytes.count else { throw failure("Extra data") }
        return value
    }

    var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    func failure(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    func text(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipWhitespace()
        guard remainingValues > 0 else { throw failure("Too many values") }
        remainingValues -= 1
        switch current {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case let byte? where byte.isASCIIDigit: return .number(try number())
        case UInt8(ascii: "-") where !follows("-Infinity"): return .number(try number())
        case UInt8(ascii: "t") where follows("true"): return literal("true", .bool(true))
        case UInt8(ascii: "f") where follows("false"): return literal("false", .bool(false))
        case UInt8(ascii: "n") where follows("null"): return literal("null", .null)
        default:
            let notFinite = follows("NaN") || follows("Infinity") || follows("-Infinity")
            throw failure(notFinite ? "Out of range float values are not JSON compliant" : "Expecting value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try open(depth: depth)
        var object = JSONObject()
        skipWhitespace()
        if consume(UInt8(ascii: "}")) { return object }
        repeat {
            skipWhitespace()
            guard current == UInt8(ascii: "\"") else {
                throw failure("Expecting property name enclosed in double quotes")
            }
            let start = position
            let key = try string().text
            skipWhitespace()
            guard consume(UInt8(ascii: ":")) else { throw failure("Expecting ':' delimiter") }
            let replaced = object.updateValue(try value(depth: depth), forKey: key)
            if replaced != nil, duplicateKeys == .refused {
                throw JSONError(reason: "Duplicate key", offset: start)
            }
            skipWhitespace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "}")) else { throw failure("Expecting ',' delimiter") }
        return object
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try open(depth: depth)
        var elements: [JSONValue] = []
        skipWhitespace()
        if consume(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value(depth: depth))
            skipWhitespace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "]")) else { throw failure("Expecting ',' delimiter") }
        return elements
    }

    private mutating func open(depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw failure("Nested too deeply") }
        position += 1
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        _ = consume(UInt8(ascii: "-"))
        // A leading zero stands alone; a digit after it is left over and refused by the caller.
        if !consume(UInt8(ascii: "0")) { try digits() }
        if consume(UInt8(ascii: ".")) { try digits() }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try digits()
        }
        return JSONNumber(literal: text(from: start))
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, byte.isASCIIDigit {
            position += 1
        }
        guard position > start else { throw failure("Expecting digit") }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private func follows(_ literal: StaticString) -> Bool {
        let end = position + literal.utf8CodeUnitCount
        return end <= bytes.count && literal.withUTF8Buffer { bytes[position..<end].elementsEqual($0) }
    }

    private mutating func literal(_ literal: StaticString, _ value: JSONValue) -> JSONValue {
        position += literal.utf8CodeUnitCount
        return value
    }
}
