// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore

/// Finds the client's address behind the operator's proxies.
struct ClientAddress: Sendable {
    /// The number of the operator's proxies that each request passes. Each proxy appends the address that it saw to
    /// `X-Forwarded-For`, so the client's address is that many places from the end. A client can write anything further
    /// left (CVE-2023-36456).
    let trustedHops: Int
    /// Logs requests whose forwarding headers do not fit ``trustedHops``.
    let doubts: ForwardingDoubts?

    init(trustedHops: Int, doubts: ForwardingDoubts? = nil) {
        self.trustedHops = trustedHops
        self.doubts = doubts
    }

    /// - Returns: the client's address; the peer's address if the header has no address in the client's place, since
    ///   the request then did not come through the announced proxies.
    func address(of request: IncomingRequest) -> IPAddress? {
        let peer = request.peer?.ipAddress.flatMap(IPAddress.init)
        guard trustedHops > 0 else {
            if request.contains(.xForwardedFor) || request.contains(.forwarded) { doubts?.note(.unused) }
            return peer
        }
        guard let entry = entry(of: request[values: .xForwardedFor]) else {
            doubts?.note(.short(trustedHops))
            return peer
        }
        guard let address = Self.address(entry) else {
            doubts?.note(.misfit)
            return peer
        }
        return address
    }

    /// The entry in the client's place. Entries before it are not parsed: a client may have sent any number.
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

    /// Parses an address with or without a port: `203.0.113.7:5123`, `[2001:db8::1]:5123`. Some proxies append the
    /// port.
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
