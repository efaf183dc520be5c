// SPDX-License-Identifier: Apache-2.0

/// The text form of RFC 9562 for 128 bits, which clients parse in refresh tokens and ids of sessions.
///
/// All 128 bits are random: version and variant are not set, since ASVS 11.5.1 asks for the full 128.
enum UUIDText {
    /// Lower case, with hyphens.
    static func format(_ bits: UInt128) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            var at = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                text[at] = bits.digit(at: 31 - nibble)
                at += 1
            }
            return 36
        }
    }

    /// Accepts any case, 32 digits without hyphens, braces around it and `urn:uuid:` before it.
    static func parse(_ text: String) -> UInt128? {
        var bytes = Array(text.utf8.prefix(64))[...]
        let prefix = Array("urn:uuid:".utf8)
        if bytes.count > prefix.count, zip(bytes, prefix).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
            bytes = bytes.dropFirst(prefix.count)
        }
        if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") {
            bytes = bytes.dropFirst().dropLast()
        }
        guard bytes.count == 36 || bytes.count == 32 else { return nil }
        let hyphens = bytes.count == 36 ? [8, 13, 18, 23] : []
        var bits: UInt128 = 0
        for (position, byte) in bytes.enumerated() {
            if hyphens.contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = byte.hexadecimalValue else { return nil }
            bits = bits << 4 | UInt128(digit)
        }
        return bits
    }

    /// The 16 bytes, most significant first.
    static func bytes(_ bits: UInt128) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0)) }
    }
}
