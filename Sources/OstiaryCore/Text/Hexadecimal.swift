// SPDX-License-Identifier: Apache-2.0

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
