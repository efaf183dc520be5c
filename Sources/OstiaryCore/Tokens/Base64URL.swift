// SPDX-License-Identifier: Apache-2.0

/// Base64url without padding (RFC 4648 §5, RFC 7515 §2), strict: one text for one byte string.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    static func append(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
        alphabet.withUnsafeBufferPointer { alphabet in
            var accumulator: UInt32 = 0
            var bits: UInt32 = 0
            for byte in bytes {
                accumulator = accumulator << 8 | UInt32(byte)
                bits += 8
                while bits >= 6 {
                    bits -= 6
                    text.append(alphabet[Int(accumulator >> bits & 0x3F)])
                }
                accumulator &= (1 << bits) - 1
            }
            if bits > 0 { text.append(alphabet[Int(accumulator << (6 - bits) & 0x3F)]) }
        }
    }

    /// - Returns: nil for padding, other characters, an impossible length or trailing bits that are not zero: each
    ///   would give one token several spellings.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            accumulator = accumulator << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: accumulator >> bits))
                accumulator &= (1 << bits) - 1
            }
        }
        return accumulator == 0 ? bytes : nil
    }
}
