// SPDX-License-Identifier: Apache-2.0

/// The texts that Python's `isoformat` writes for dates and times (ISO 8601), and no other spelling: readers before
/// Python 3.11 take no `Z`, no week date and no date without hyphens.
struct ISOText {
    private var rest: Substring.UTF8View

    private init(_ text: String) { rest = text.utf8[...] }

    static func isDate(_ text: String) -> Bool {
        var scan = ISOText(text)
        return scan.date() && scan.rest.isEmpty
    }

    static func isTime(_ text: String) -> Bool {
        var scan = ISOText(text)
        return scan.time() && scan.rest.isEmpty
    }

    static func isDateTime(_ text: String) -> Bool {
        var scan = ISOText(text)
        return scan.date() && scan.skip("T") && scan.time() && scan.rest.isEmpty
    }

    private mutating func date() -> Bool {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else {
            return false
        }
        guard year >= 1, (1...12).contains(month) else { return false }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    private mutating func time() -> Bool {
        guard clock(), seconds() else { return false }
        guard skip("+") || skip("-") else { return true }
        return clock() && (rest.isEmpty || seconds())
    }

    private mutating func clock() -> Bool {
        guard let hour = number(2), skip(":"), let minute = number(2) else { return false }
        return hour < 24 && minute < 60
    }

    private mutating func seconds() -> Bool {
        guard skip(":"), let second = number(2), second < 60 else { return false }
        return !skip(".") || number(6) != nil
    }

    private mutating func number(_ digits: Int) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy(\.isASCIIDigit) else {
            return nil
        }
        rest = rest.dropFirst(digits)
        return Int(Substring(text))
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
