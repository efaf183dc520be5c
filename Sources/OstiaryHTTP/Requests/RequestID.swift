// SPDX-License-Identifier: Apache-2.0

/// Names a request in logs and answers. Random, so that it tells neither how many there are nor what others are called.
struct RequestID: Sendable, CustomStringConvertible {
    private let bits: UInt128

    init() { bits = UInt128.random(in: .min ... .max) }

    /// 32 hexadecimal digits.
    var description: String {
        String(unsafeUninitializedCapacity: 32) { text in
            var bits = self.bits
            for index in 0..<32 {
                let digit = UInt8(truncatingIfNeeded: bits & 0xF)
                text[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                bits >>= 4
            }
            return 32
        }
    }
}
