// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Which web pages may have a browser send requests that change something.
///
/// A browser sends a form of any page to any server without asking (Fetch §3.2.2), from the network of whoever looks at
/// that page. The page cannot read the answer, but it could spend the budgets that this network has for its logins.
package struct SiteRule: Sendable {
    private let own: SameOrigin
    private let others: [Origin]

    /// - Parameters:
    ///   - own: which requests come from pages of this server.
    ///   - others: further origins, named by the operator.
    package init(own: SameOrigin = SameOrigin(publicURL: nil, isSecure: false), others: [Origin] = []) {
        self.own = own
        self.others = others
    }

    /// Whether there are others.
    var allowsOthers: Bool { !others.isEmpty }

    /// Programs send neither `Origin` nor `Sec-Fetch-Site`, and are not meant.
    func allows(_ request: IncomingRequest) -> Bool {
        guard request.method.isUnsafe else { return true }
        guard let origin = request[.origin] else { return request[.secFetchSite]?.matches("cross-site") != true }
        return others.contains { $0.isNamed(by: origin) } || own.allows(request)
    }
}

extension HTTPRequest.Method {
    /// Whether it may change something (RFC 9110 §9.2.1).
    var isUnsafe: Bool { ![.get, .head, .options].contains(self) }
}
