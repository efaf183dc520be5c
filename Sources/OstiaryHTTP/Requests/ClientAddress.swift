// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore

/// Whose request it is when proxies stand in front.
struct ClientAddress: Sendable {
    /// How many proxies of ours each request passes. Each appends the address that it saw to `X-Forwarded-For`, so the
    /// client's is that many places from the end; whatever stands further left was written by anybody
    /// (CVE-2023-36456).
    let trustedHops: Int
    /// Told of requests whose forwarding headers do not fit ``trustedHops``.
    let doubts: ForwardingDoubts?

    init(trustedHops: Int, doubts: ForwardingDoubts? = nil) {
        self.trustedHops = trustedHops
        self.doubts = doubts
    }

    /// - Returns: the peer's address where the header has no address in that place: then it did not come through the
    ///   proxies that were announced, or not from them.
    func address(of request: IncomingRequest) -> IPAddress? {
        let peer = request.peer?.ipAddress.flatMap(IPAddress.init)
        guard trustedHops > 0 else {
            if request.contains(.xForwardedFor) || request.contains(.forwarded) { doubts?.note(.unused) }
            return peer
        }
        guard let entry = entry(of: request[values: .xForwardedFor]), let address = Self.address(entry) else {
            doubts?.note(.misfit)
            return peer
        }
        return address
    }

    /// The entry in the client's place. Only those behind it are looked at: a client may have sent any number.
    private func entry(of lines: [String]) -> ArraySlice<UInt8>? {
        var left = trustedHops
        for line in lines.reversed() {
            var rest = line.octets
            while true {
                let comma = rest.lastIndex(of: UInt8(ascii: ","))
                left -= 1
                if left == 0 { return rest[(comma.map { $0 + 1 } ?? rest.startIndex)...].trimmed }
                guard let comma else { break }
                rest = rest[..<comma]
            }
        }
        return nil
    }

    /// An address, which a port may follow: `203.0.113.7:5123`, `[2001:db8::1]:5123`, as some proxies write them.
    private static func address(_ entry: ArraySlice<UInt8>) -> IPAddress? {
        guard entry.count <= 64 else { return nil }
        if entry.first == UInt8(ascii: "[") {
            guard let end = entry.place(of: UInt8(ascii: "]")) else { return nil }
            let port = entry[(end + 1)...]
            guard port.isEmpty || port.first == UInt8(ascii: ":") && isPort(port.dropFirst()) else { return nil }
            return plain(entry[..<end].dropFirst()).flatMap { $0.isIPv6 ? $0 : nil }
        }
        if let colon = entry.place(of: UInt8(ascii: ":")), entry[(colon + 1)...].place(of: UInt8(ascii: ":")) == nil {
            return isPort(entry[(colon + 1)...]) ? plain(entry[..<colon]) : nil
        }
        return plain(entry)
    }

    private static func plain(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? IPAddress(bytes.text) : nil
    }

    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...5).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) }
    }
}
