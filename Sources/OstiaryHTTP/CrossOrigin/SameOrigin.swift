// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Recognizes requests from pages of this server, by the headers that browsers send.
package struct SameOrigin: Sendable {
    private let publicURL: PublicURL?
    private let isSecure: Bool

    /// - Parameters:
    ///   - publicURL: the URL under which clients reach the server; nil if it is not configured.
    ///   - isSecure: true if browsers reach the server by https.
    package init(publicURL: PublicURL?, isSecure: Bool) {
        self.publicURL = publicURL
        self.isSecure = isSecure
    }

    /// True if a page of this server sent the request.
    ///
    /// Browsers set `Sec-Fetch-Site` themselves, and no page can change it; over plain http they do not send it, so
    /// `Origin` has to name this server. A request with neither header is allowed, since every current browser sends
    /// one of the two.
    package func allows(_ request: IncomingRequest) -> Bool {
        let site = request[.secFetchSite]
        let isSame = site?.matches("same-origin")
        if isSame == false { return false }
        guard let origin = request[.origin] else { return true }
        if let publicURL, origin.hasSameBytes(as: publicURL.origin) { return true }
        if isSame == true { return true }
        // A proxy may change the host. But such a proxy speaks https, so the browser sends `Sec-Fetch-Site`.
        guard let authority = request.authority, !authority.isEmpty else { return false }
        return origin.hasSameBytes(as: "https://\(authority)")
            || !isSecure && origin.hasSameBytes(as: "http://\(authority)")
    }
}
