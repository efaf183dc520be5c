// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore

/// Recognizes requests that nobody else on the way can read: over https, or from this machine.
package struct SecureVisit: Sendable {
    private let isReachedByHTTPS: Bool
    private let address: ClientAddress

    /// - Parameters:
    ///   - isReachedByHTTPS: true if browsers use https, to reach this server or a proxy in front of it.
    ///   - trustedHops: the number of the operator's proxies that each request passes.
    package init(isReachedByHTTPS: Bool, trustedHops: Int) {
        self.isReachedByHTTPS = isReachedByHTTPS
        self.address = ClientAddress(trustedHops: trustedHops)
    }

    package func allows(_ request: IncomingRequest) -> Bool {
        guard !isReachedByHTTPS else { return true }
        // Over a unix socket, and behind a proxy that nobody announced, the client may be anywhere.
        guard let client = address.address(of: request), client.isLoopback else { return false }
        return address.trustedHops > 0 || !request.contains(.xForwardedFor) && !request.contains(.forwarded)
    }
}

extension IPAddress {
    /// True for the addresses by which a machine reaches itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    fileprivate var isLoopback: Bool {
        ["::1", "::ffff:127.0.0.1"].contains { description.hasSameBytes(as: $0) }
            || !isIPv6 && description.hasBytePrefix("127.")
    }
}
