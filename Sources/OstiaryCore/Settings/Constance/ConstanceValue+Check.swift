// SPDX-License-Identifier: Apache-2.0

extension ConstanceValue {
    /// The name of the type in the format; nil for the types of JSON.
    var typeName: String? {
        switch self {
        case .null, .bool, .integer, .float, .string, .list, .object: nil
        case .datetime: "datetime"
        case .date: "date"
        case .time: "time"
        case .decimal: "decimal"
        case .uuid: "uuid"
        case .timedelta: "timedelta"
        }
    }

    /// Throws unless every reader of the format accepts the value. Values inside a list or object are not checked.
    func check() throws(ConstanceError) {
        let fits: Bool
        switch self {
        case .null, .bool, .integer, .string, .list, .uuid: return
        case .float(let value):
            guard value.isFinite else { throw .notFinite }
            return
        case .object(let members):
            guard !members.contains(where: { $0.isReserved }) else {
                throw .reservedKey
            }
            // The JSON reader replaces a lone surrogate by U+FFFD, and for keys does not report it.
            guard !members.contains(where: { $0.key.unicodeScalars.contains("\u{FFFD}") }) else { throw .loneSurrogate }
            // JSONString compares bytes: as String, two spellings of one character would be one key.
            guard Set(members.map { JSONString($0.key) }).count == members.count else { throw .duplicateKey }
            return
        case .datetime(let text): fits = ISOText.isDateTime(text)
        case .date(let text): fits = ISOText.isDate(text)
        case .time(let text): fits = ISOText.isTime(text)
        case .decimal(let text): fits = text.isPythonDecimal
        // Python's timedelta has 999,999,999 days at most.
        case .timedelta(let seconds): fits = abs(seconds) < 86_400 * 999_999_999
        }
        guard fits else { throw .wrongShape(type: typeName ?? "default") }
    }
}

extension ConstanceValue.Member {
    fileprivate var isReserved: Bool { ConstanceCodec.reservedKeys.contains { $0.hasSameBytes(as: key) } }
}

extension UInt128 {
    /// - Parameter text: 32 hexadecimal digits, plain or in the groups of RFC 9562 §4.
    init?(uuidText text: String) {
        var digits = Array(text.utf8)
        if digits.count == 36 {
            let hyphens = [8, 13, 18, 23]
            guard hyphens.allSatisfy({ digits[$0] == UInt8(ascii: "-") }) else { return nil }
            for position in hyphens.reversed() { digits.remove(at: position) }
        }
        guard digits.count == 32 else { return nil }
        var bits: UInt128 = 0
        for digit in digits {
            guard let value = digit.hexadecimalValue else { return nil }
            bits = bits << 4 | UInt128(value)
        }
        self = bits
    }
}
