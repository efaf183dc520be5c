// SPDX-License-Identifier: Apache-2.0

extension Sequence<UInt8> {
    /// Two hexadecimal digits in lower case for each byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] }, as: UTF8.self)
    }
}

extension UInt128 {
    /// 32 hexadecimal digits in lower case, the most significant first.
    package var hexadecimal: String {
        String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<32 { text[index] = digit(at: 31 - index) }
            return 32
        }
    }

    /// - Parameter place: 0 for the least significant.
    func digit(at place: Int) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: self >> UInt128(4 * place)) & 0x0F
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
