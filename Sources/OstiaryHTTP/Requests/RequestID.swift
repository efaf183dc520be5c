/// Names a request in logs and answers. Random, so that it tells neither how many there are nor what others are called.
struct RequestID: Sendable, CustomStringConvertible {
    private let bits = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    /// 32 hexadecimal digits.
    var description: String { Self.text(bits.0) + Self.text(bits.1) }

    private static func text(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
