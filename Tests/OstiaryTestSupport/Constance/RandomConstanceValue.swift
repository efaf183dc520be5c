// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SeededGenerator {
    /// A value of a random type in the spelling that Python's own `isoformat` and `str` would give it.
    package mutating func constanceValue(depth: Int = 3) -> ConstanceValue {
        switch Int.random(in: 0..<(depth > 0 ? 13 : 11), using: &self) {
        case 0: .null
        case 1: .bool(chance(2))
        case 2: .integer(Int64(bitPattern: next()) >> Int64.random(in: 0...63, using: &self))
        case 3: .float(finiteDouble())
        case 4: .string(unicodeText())
        case 5: .datetime("\(isoDate())T\(isoTime())")
        case 6: .date(isoDate())
        case 7: .time(isoTime())
        case 8: .decimal(decimal())
        case 9: .uuid(UInt128(next()) << 64 | UInt128(next()))
        // Python holds whole microseconds.
        case 10: .timedelta(seconds: Double(Int64(bitPattern: next()) >> Int64.random(in: 14...63, using: &self)) / 1e6)
        case 11: .list((0..<Int.random(in: 0...4, using: &self)).map { _ in constanceValue(depth: depth - 1) })
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &self)).map { index in
                    .init("\(index)" + unicodeText(), constanceValue(depth: depth - 1))
                })
        }
    }

    package mutating func finiteDouble() -> Double {
        let value =
            switch Int.random(in: 0..<4, using: &self) {
            case 0: Double(bitPattern: next())
            case 1: Double(Int64.random(in: -100_000...100_000, using: &self)) / 100
            case 2: Double(sign: .plus, exponent: Int.random(in: -1074...1023, using: &self), significand: 1)
            default: Double(next() >> UInt64.random(in: 0...63, using: &self))
            }
        return value.isFinite ? value : 0
    }

    private mutating func unicodeText() -> String {
        let ranges: [ClosedRange<UInt32>] = [0...0x7F, 0x20...0x7E, 0x80...0x7FF, 0xE000...0xFFFC, 0x10000...0x10FFFF]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &self) {
            text.append(Unicode.Scalar(UInt32.random(in: pick(ranges), using: &self)) ?? "?")
        }
        return String(text)
    }

    private mutating func digits(_ range: ClosedRange<Int>, width: Int) -> String {
        let digits = String(Int.random(in: range, using: &self))
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private mutating func isoDate() -> String {
        "\(digits(1...9999, width: 4))-\(digits(1...12, width: 2))-\(digits(1...28, width: 2))"
    }

    private mutating func isoTime() -> String {
        let clock = "\(digits(0...23, width: 2)):\(digits(0...59, width: 2)):\(digits(0...59, width: 2))"
        let fraction = chance(2) ? "" : "." + digits(1...999_999, width: 6)
        let offset = chance(2) ? "" : pick(["+00:00", "-03:30", "+23:59", "+01:02:03", "-00:00:01.500000"])
        return clock + fraction + offset
    }

    private mutating func decimal() -> String {
        let sign = chance(2) ? "-" : ""
        let number = String(next() >> UInt64.random(in: 0...63, using: &self))
        return switch Int.random(in: 0..<3, using: &self) {
        case 0: sign + number
        case 1: "\(sign)\(number).\(digits(0...999, width: 3))"
        default: "\(sign)\(number.prefix(1))E+\(Int.random(in: 1...99_999, using: &self))"
        }
    }
}
