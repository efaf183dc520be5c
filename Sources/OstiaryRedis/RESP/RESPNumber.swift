// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Reads numbers that fill a whole line.
enum RESPNumber {
    /// Reads a length, which has no sign and no leading zero.
    /// - Parameter nullable: true if `-1` stands for null, as in RESP2.
    static func length(_ text: ArraySlice<UInt8>, nullable: Bool) throws(RESPError) -> Int? {
        if text.elementsEqual([0x2D, 0x31]) {
            guard nullable else { throw .malformedLength }
            return nil
        }
        if text.elementsEqual([0x3F]) { throw .streamed }
        guard let first = text.first, first.isASCIIDigit, first != 0x30 || text.count == 1 else {
            throw .malformedLength
        }
        guard let value = try? integer(text), let count = Int(exactly: value) else { throw .malformedLength }
        return count
    }

    static func integer(_ text: ArraySlice<UInt8>) throws(RESPError) -> Int64 {
        let digits = try unsigned(text)
        let isNegative = text.first == 0x2D
        var value: Int64 = 0
        for byte in digits {
            let digit = Int64(byte - 0x30)
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            // A negative number is built by subtraction, since the lowest one has no positive counterpart.
            let (sum, overflowToo) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflow, !overflowToo else { throw .malformedNumber }
            value = sum
        }
        return value
    }

    static func bigNumber(_ text: ArraySlice<UInt8>) throws(RESPError) -> String {
        _ = try unsigned(text)
        return String(decoding: text, as: UTF8.self)
    }

    static func double(_ text: ArraySlice<UInt8>) throws(RESPError) -> Double {
        if text.elementsEqual("inf".utf8) { return .infinity }
        if text.elementsEqual("-inf".utf8) { return -.infinity }
        // C's printf writes some NaNs with a sign.
        if text.elementsEqual("nan".utf8) || text.elementsEqual("-nan".utf8) { return .nan }
        // Swift would also read hexadecimal numbers and other words.
        let isDecimal = text.allSatisfy { $0.isASCIIDigit || "+-.eE".utf8.contains($0) }
        guard isDecimal, let value = Double(String(decoding: text, as: UTF8.self)) else { throw .malformedNumber }
        return value
    }

    /// - Returns: the digits after an optional sign, at least one.
    private static func unsigned(_ text: ArraySlice<UInt8>) throws(RESPError) -> ArraySlice<UInt8> {
        let digits = text.first == 0x2D || text.first == 0x2B ? text.dropFirst() : text
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { throw .malformedNumber }
        return digits
    }
}
