// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
    /// Reads the string whose opening quotation mark is the current byte.
    mutating func string() throws(JSONError) -> JSONString {
        position += 1
        let start = position
        try skipPlainBytes()
        // Most strings hold no escape: one copy, no intermediate buffer.
        if current == UInt8(ascii: "\"") {
            defer { position += 1 }
            return JSONString(text(from: start))
        }
        return try escapedString(from: start)
    }

    /// Stops at a quotation mark or a backslash.
    private mutating func skipPlainBytes() throws(JSONError) {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else { throw failure("Invalid control character") }
            position += 1
        }
        throw failure("Unterminated string")
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> JSONString {
        var decoded = Array(bytes[start..<position])
        var loneSurrogate: UInt16?
        while current == UInt8(ascii: "\\") {
            position += 1
            if current == UInt8(ascii: "u") {
                let unit = try codeUnit()
                if let scalar = Unicode.Scalar(unit) {
                    decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                } else if let scalar = try surrogatePair(high: unit) {
                    decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                } else {
                    loneSurrogate = loneSurrogate ?? unit
                    decoded.append(contentsOf: UTF8.encodedReplacementCharacter)
                }
            } else {
                decoded.append(try shortEscape())
            }
            let run = position
            try skipPlainBytes()
            decoded.append(contentsOf: bytes[run..<position])
        }
        position += 1
        return JSONString(String(decoding: decoded, as: UTF8.self), loneSurrogate: loneSurrogate)
    }

    private mutating func shortEscape() throws(JSONError) -> UInt8 {
        let byte: UInt8
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = bytes[position]
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        default: throw failure("Invalid escape")
        }
        position += 1
        return byte
    }

    /// Reads `uXXXX`, the current byte being the `u`.
    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        position += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = current?.hexadecimalValue else { throw failure("Invalid \\uXXXX escape") }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Reads the second half of a pair; reads nothing when what follows is no second half.
    private mutating func surrogatePair(high: UInt16) throws(JSONError) -> Unicode.Scalar? {
        let start = position
        guard UTF16.isLeadSurrogate(high), position + 1 < bytes.count,
            bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        position += 1
        let low = try codeUnit()
        guard UTF16.isTrailSurrogate(low) else {
            position = start
            return nil
        }
        return Unicode.Scalar(0x10000 + UInt32(high - 0xD800) << 10 + UInt32(low - 0xDC00))
    }
}
