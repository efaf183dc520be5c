// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// Reads a time that a client sent.
    /// - Parameter text: a time of RFC 3339 §5.6, such as `2026-11-22T08:39:00Z`; also without seconds, without an
    ///   offset, which then is UTC, and a date alone, which is its first moment. Digits of the fraction beyond
    ///   microseconds are dropped.
    /// - Returns: nil for any other text, and for a day that its month does not have.
    package init?(rfc3339 text: String) {
        var bytes = Array(text.utf8.prefix(41))[...]
        guard bytes.count <= 40, let date = Self.date(bytes.prefix(10)) else { return nil }
        bytes = bytes.dropFirst(10)
        guard !bytes.isEmpty else {
            self = date
            return
        }
        guard let separator = bytes.first, "Tt ".utf8.contains(separator) else { return nil }
        bytes = bytes.dropFirst()
        guard let offset = Self.takeOffset(&bytes), let time = Self.microseconds(ofDay: bytes) else { return nil }
        self.init(microseconds: date.microseconds + time - offset)
    }

    private static func date(_ bytes: ArraySlice<UInt8>) -> Timestamp? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count == 10, let date = Timestamp(sqlText: text + " 00:00:00") else { return nil }
        // 31 April is read as 1 May, and written as that.
        return date.sqlText.hasBytePrefix(text) ? date : nil
    }

    /// The microseconds since midnight of `HH:MM`, with seconds and a fraction or without.
    private static func microseconds(ofDay bytes: ArraySlice<UInt8>) -> Int64? {
        var clock = Array(bytes.prefix(8))
        if bytes.count == 5 { clock += ":00".utf8 }
        var fraction = bytes.dropFirst(8)
        if let point = fraction.first {
            guard point == UInt8(ascii: "."), (2...10).contains(fraction.count),
                fraction.dropFirst().allSatisfy(\.isASCIIDigit)
            else { return nil }
            fraction = fraction.prefix(7)
        }
        let day = "1970-01-01 \(String(decoding: clock, as: UTF8.self))\(String(decoding: fraction, as: UTF8.self))"
        return clock.count == 8 ? Timestamp(sqlText: day)?.microseconds : nil
    }

    /// Removes `Z` or `±HH:MM` from the end of a time.
    /// - Returns: the offset in microseconds, 0 where there is none; nil for a malformed one.
    private static func takeOffset(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        if let last = bytes.last, last | 0x20 == UInt8(ascii: "z") {
            bytes = bytes.dropLast()
            return 0
        }
        let suffix = bytes.suffix(6)
        guard suffix.count == 6, let sign = suffix.first, "+-".utf8.contains(sign) else { return 0 }
        guard let offset = microseconds(ofDay: suffix.dropFirst()) else { return nil }
        bytes = bytes.dropLast(6)
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}
