// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Decides from which web pages browsers may send unsafe requests.
///
/// A browser sends a form of any page to any server without asking (Fetch §3.2.2), from the network of its user. The
/// page cannot read the answer, but it could spend the login budgets of that network.
package struct SiteRule: Sendable {
    private let own: SameOrigin
    private let others: [Origin]

    /// - Parameters:
    ///   - own: recognizes requests from pages of this server.
    ///   - others: further origins that the operator allows.
    package init(own: SameOrigin = SameOrigin(publicURL: nil, isSecure: false), others: [Origin] = []) {
        self.own = own
        self.others = others
    }

    /// True if the operator allows further origins.
    var allowsOthers: Bool { !others.isEmpty }

    /// True if a request is allowed. Programs send neither `Origin` nor `Sec-Fetch-Site`, so they are always allowed.
    func allows(_ request: IncomingRequest) -> Bool {
        guard request.method.isUnsafe else { return true }
        guard let origin = request[.origin] else { return request[.secFetchSite]?.matches("cross-site") != true }
        return others.contains { $0.isNamed(by: origin) } || own.allows(request)
    }
}

extension HTTPRequest.Method {
    /// True if the method may change something (RFC 9110 §9.2.1).
    var isUnsafe: Bool { ![.get, .head, .options].contains(self) }
}
