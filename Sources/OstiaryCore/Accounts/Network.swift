#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one customer of a provider holds: an IPv4 address, or the /64 that an IPv6 address is in (RFC 6177).
///
/// An IPv4 address is the same network however it is written: alone, as IPv6 sockets show it (RFC 4291 §2.5.5.2) or as
/// translators do (RFC 6052 §2.1). Else all of them would share the one /64 that those forms have.
public struct Network: Sendable, Hashable, CustomStringConvertible {
    /// `192.0.2.1/32`, `2001:db8::/64`
    public let description: String

    /// The longest description, in bytes.
    public static let maximumLength = 45

    private static let embeddings: [[UInt8]] = [
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF], [0x00, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8),
    ]

    /// Whether it is this machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    public var isLoopback: Bool { description.hasBytePrefix("127.") || description.hasSameBytes(as: "::/64") }

    public init(_ address: IPAddress) {
        var six = in6_addr()
        guard inet_pton(AF_INET6, address.description, &six) == 1 else {
            description = address.description + "/32"
            return
        }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        if Self.embeddings.contains(where: { bytes.starts(with: $0) }) {
            description = bytes[12...].map(String.init).joined(separator: ".") + "/32"
        } else {
            withUnsafeMutableBytes(of: &six) { for index in 8..<16 { $0[index] = 0 } }
            var buffer = [CChar](repeating: 0, count: 46)
            inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
            let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            description = String(decoding: text, as: UTF8.self) + "/64"
        }
    }
}
