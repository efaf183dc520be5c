// SPDX-License-Identifier: Apache-2.0

extension Double {
    /// The text of a finite number as Python's `repr` writes it: the fewest digits that read back as the number; below
    /// 1e-04 and from 1e+16 on with an exponent of at least two digits, else with a digit after the point.
    var pythonText: String {
        // Swift's text has the same digits; where it puts the point and the exponent differs.
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count == 2 ? mantissa[1] : ""
        var digits = Substring(mantissa[0] + fraction)
        // The number is 0.DIGITS × 10^point.
        var point = mantissa[0].count + (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
        while digits.last == "0" { digits.removeLast() }
        while digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        let sign = self.sign == .minus ? "-" : ""
        if digits.isEmpty { return sign + "0.0" }
        return sign + (-3...16 ~= point ? Self.fixed(digits, point) : Self.scientific(digits, point - 1))
    }

    private static func fixed(_ digits: Substring, _ point: Int) -> String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        let zeros = String(repeating: "0", count: max(0, point - digits.count))
        let fraction = digits.dropFirst(point)
        return digits.prefix(point) + zeros + "." + (fraction.isEmpty ? "0" : fraction)
    }

    private static func scientific(_ digits: Substring, _ exponent: Int) -> String {
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        let power = String(exponent.magnitude)
        return digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + (power.count < 2 ? "0" : "") + power
    }
}

extension String {
    /// True if Python's `Decimal` accepts the text as a finite number: digits with at most one point, and an exponent.
    /// Python's exponents have 18 digits; one less leaves room for the digits of the number.
    var isPythonDecimal: Bool {
        let parts = utf8.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        func unsigned(_ text: Substring.UTF8View) -> Substring.UTF8View {
            text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        }
        func isDigits(_ text: Substring.UTF8View) -> Bool {
            !text.isEmpty && text.allSatisfy(\.isASCIIDigit)
        }
        let points = unsigned(parts[0]).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard points.count <= 2, points.contains(where: { !$0.isEmpty }) else { return false }
        guard points.allSatisfy({ $0.isEmpty || isDigits($0) }) else { return false }
        guard parts.count == 2 else { return true }
        let exponent = unsigned(parts[1])
        return isDigits(exponent) && exponent.count <= 17
    }
}
