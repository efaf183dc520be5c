// SPDX-License-Identifier: Apache-2.0

/// A JSON number (RFC 8259 §6), kept as its literal so that no digit is lost.
///
/// Two numbers are equal when their literals are: `1` and `1.0` differ.
public struct JSONNumber: Sendable, Hashable {
    /// The literal as sent.
    public let text: String

    /// - Parameter literal: Must follow the grammar of RFC 8259 §6.
    init(literal: String) {
        text = literal
    }

    /// The number written without fraction or exponent.
    public init(_ value: Int64) {
        text = String(value)
    }

    /// True if the literal has neither fraction nor exponent.
    public var isInteger: Bool {
        !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// The exact value when it is integral and fits, also for `1.0` and `1e3`.
    public var integer: Int64? {
        isInteger ? Int64(text) : integralDecimal
    }

    /// The nearest double; infinite when the literal exceeds the range of the type.
    public var double: Double {
        Double(text) ?? .nan
    }

    // Works on the decimal digits: a double would round 9007199254740993.0 to its even neighbour.
    private var integralDecimal: Int64? {
        let parts = text.utf8.split(maxSplits: 1) { $0 | 0x20 == UInt8(ascii: "e") }
        guard let mantissa = parts.first else { return nil }
        let digits = mantissa.filter(\.isASCIIDigit)
        guard let last = digits.lastIndex(where: { $0 != UInt8(ascii: "0") }) else { return 0 }
        let significant = digits[...last].drop { $0 == UInt8(ascii: "0") }

        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        let fraction = point.map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
        guard let exponent = parts.count == 2 ? Int(Substring(parts[1])) : 0 else { return nil }
        let (scale, overflow) = exponent.addingReportingOverflow(digits.count - 1 - last - fraction)
        // Int64 holds at most 19 digits.
        guard !overflow, (0...18).contains(scale), significant.count <= 19 else { return nil }
        let sign = mantissa.first == UInt8(ascii: "-") ? "-" : ""
        return Int64(sign + String(decoding: significant, as: UTF8.self) + String(repeating: "0", count: scale))
    }
}
