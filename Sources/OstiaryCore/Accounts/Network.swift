// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The network of one customer of a provider: an IPv4 address, or the /64 around an IPv6 address (RFC 6177).
///
/// An IPv4 address embedded in an IPv6 address, by a socket (RFC 4291 §2.5.5.2) or a translator (RFC 6052 §2.1), is the
/// network of the IPv4 address. Otherwise all of them would share one /64.
public struct Network: Sendable, Hashable, CustomStringConvertible {
    /// `192.0.2.1/32`, `2001:db8::/64`
    public let description: String

    /// The longest description, in bytes.
    package static let maximumLength = 45

    private static let embeddings: [[UInt8]] = [
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF], [0x00, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8),
    ]

    /// The network of an address: the address itself for IPv4, its /64 for IPv6.
    public init(_ address: IPAddress) {
        guard let bytes = Self.bytes(ofIPv6: address.description) else {
            description = address.description + "/32"
            return
        }
        if Self.embeddings.contains(where: { bytes.starts(with: $0) }) {
            description = bytes[12...].map(String.init).joined(separator: ".") + "/32"
        } else {
            description = Self.description(bytes, prefix: 64)
        }
    }

    private init(description: String) { self.description = description }

    /// The network that people mean by an address, or by an address with the length of its network's prefix.
    /// - Parameter text: an IP address, also with `/32` behind IPv4 or `/64` behind IPv6.
    /// - Returns: nil for any other text, and for networks of other sizes.
    public init?(text: String) {
        let parts = Array(text.utf8)[...].parts(separatedBy: UInt8(ascii: "/"), atMost: 3)
        guard parts.count <= 2, let address = IPAddress(String(decoding: parts[0], as: UTF8.self)) else { return nil }
        let network = Network(address)
        if parts.count == 2 {
            // An IPv6 address can stand for an IPv4 address, which has no prefix of 64.
            let length = address.isIPv6 ? "64" : "32"
            guard parts[1].elementsEqual(length.utf8), network.description.utf8.suffix(2).elementsEqual(length.utf8)
            else { return nil }
        }
        self = network
    }

    /// - Parameter text: a ``description``.
    package init(stored text: String) { self.init(description: text) }

    /// The /48 around a /64: the most that a provider gives one customer (RFC 6177 §2). nil for IPv4.
    var site: Network? {
        Self.bytes(ofIPv6: address).map { Network(description: Self.description($0, prefix: 48)) }
    }

    /// The description without the length of the prefix.
    private var address: String { String(decoding: description.utf8.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self) }

    private static func bytes(ofIPv6 text: String) -> [UInt8]? {
        var six = in6_addr()
        return inet_pton(AF_INET6, text, &six) == 1 ? withUnsafeBytes(of: &six) { Array($0) } : nil
    }

    private static func description(_ bytes: [UInt8], prefix length: Int) -> String {
        var six = in6_addr()
        withUnsafeMutableBytes(of: &six) { $0.copyBytes(from: bytes.prefix(length / 8)) }
        var buffer = [CChar](repeating: 0, count: 46)
        inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self) + "/\(length)"
    }
}

extension Network {
    /// True for the machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    package var isLoopback: Bool { octets.map { $0[0] == 127 } ?? description.hasSameBytes(as: "::/64") }

    /// True if the network belongs to one customer of a provider. Loopback, private, link-local and shared addresses
    /// (RFC 6890) belong to a proxy or to everybody behind one, so they do not tell clients apart.
    package var isPublic: Bool {
        guard !isLoopback else { return false }
        if let octets {
            switch (octets[0], octets[1]) {
            case (10, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): return false
            default: return true
            }
        }
        guard let bytes = Self.bytes(ofIPv6: address) else { return false }
        return bytes[0] & 0xFE != 0xFC && !(bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
    }

    /// The four numbers of an IPv4 address; nil for IPv6.
    private var octets: [UInt8]? {
        let parts = Array(address.utf8)[...].parts(separatedBy: UInt8(ascii: "."))
        let octets = parts.compactMap { UInt8(String(decoding: $0, as: UTF8.self)) }
        return octets.count == 4 ? octets : nil
    }
}
