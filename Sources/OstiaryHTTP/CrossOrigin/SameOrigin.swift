// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Whether a request was made by a page of this server, as far as the browser tells.
package struct SameOrigin: Sendable {
    private let publicURL: String?
    private let isSecure: Bool

    /// - Parameters:
    ///   - publicURL: scheme, host and port under which the server is known; nil where nobody has said.
    ///   - isSecure: whether browsers come by https.
    package init(publicURL: String?, isSecure: Bool) {
        self.publicURL = publicURL
        self.isSecure = isSecure
    }

    /// `Sec-Fetch-Site` is the browser's own word, which no page can change; over plain http browsers do not send it.
    /// Then `Origin` has to name this server. A client that sends neither is no browser of this decade.
    package func allows(_ request: IncomingRequest) -> Bool {
        let site = request[.secFetchSite]
        let isSame = site?.matches("same-origin")
        if isSame == false { return false }
        guard let origin = request[.origin] else { return true }
        if let publicURL, origin.hasSameBytes(as: publicURL) { return true }
        if isSame == true { return true }
        // A proxy may have changed the host, but then it speaks https, and the browser sends the header above.
        guard let authority = request.authority, !authority.isEmpty else { return false }
        return origin.hasSameBytes(as: "https://\(authority)")
            || !isSecure && origin.hasSameBytes(as: "http://\(authority)")
    }
}
