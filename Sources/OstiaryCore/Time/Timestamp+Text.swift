// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, as Django writes it to SQLite; without the fraction if that is zero.
    package var sqlText: String { text(separator: " ", suffix: "") }

    /// The RFC 3339 text in UTC, such as `2026-11-22T08:39:00Z`.
    public var iso8601: String { text(separator: "T", suffix: "Z") }

    /// - Parameter text: the form of ``sqlText``, also with `T`, `Z` or `+00:00` and with fewer digits in the fraction.
    package init?(sqlText text: String) {
        var rest = Array(text.utf8.prefix(40))[...]
        if rest.last == UInt8(ascii: "Z") {
            rest.removeLast()
        } else if rest.suffix(6).elementsEqual("+00:00".utf8) {
            rest.removeLast(6)
        }
        func number(_ digits: Int) -> Int64? {
            guard rest.count >= digits else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(digits) {
                guard byte.isASCIIDigit else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            rest = rest.dropFirst(digits)
            return value
        }
        func skip(_ allowed: String) -> Bool {
            guard let byte = rest.first, allowed.utf8.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip(" T"),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var micros: Int64 = 0
        if skip(".") {
            let digits = rest.count
            guard (1...6).contains(digits), let fraction = number(digits) else { return nil }
            micros = (digits..<6).reduce(fraction) { value, _ in value * 10 }
        }
        guard rest.isEmpty else { return nil }
        let seconds = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(microseconds: seconds * 1_000_000 + micros)
    }

    private func text(separator: String, suffix: String) -> String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var days = seconds / 86_400
        var second = seconds % 86_400
        if second < 0 {
            days -= 1
            second += 86_400
        }
        let (year, month, day) = Self.date(days: days)
        let clock = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        let fraction = microseconds - Timestamp(seconds: seconds).microseconds
        let decimals = fraction == 0 ? "" : "." + padded(fraction, 6)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))\(separator)\(clock)\(decimals)\(suffix)"
    }

    // The proleptic Gregorian calendar in years that begin on 1 March, so that the leap day is the last one: 146,097
    // days make 400 years.

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = days + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
