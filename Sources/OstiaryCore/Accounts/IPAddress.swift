// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address in its canonical text (RFC 5952), so that one peer has one spelling.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    package var isIPv6: Bool { description.utf8.contains(UInt8(ascii: ":")) }

    /// - Parameter text: an address without port, brackets or zone.
    public init?(_ text: String) {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            // Four numbers without leading zeros have one spelling.
            self.description = text
            return
        }
        var six = in6_addr()
        var buffer = [CChar](repeating: 0, count: 46)
        guard inet_pton(AF_INET6, text, &six) == 1,
            inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count)) != nil
        else { return nil }
        self.description = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
