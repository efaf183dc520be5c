// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// A file that pages load. Its name contains a digest of its content, so browsers may keep it for ever.
struct Asset: Sendable {
    static let folder = "/assets/"

    static let stylesheet = Asset("ostiary", "css", "text/css; charset=utf-8", stylesheetText)
    /// The styles that only the pages of the administration need.
    static let adminStylesheet = Asset("admin", "css", "text/css; charset=utf-8", adminStylesheetText)
    static let script = Asset("ostiary", "js", "text/javascript; charset=utf-8", scriptText)
    static let icon = Asset("ostiary", "svg", "image/svg+xml", iconText)

    let path: String
    let reply: OutgoingResponse

    private init(_ name: String, _ suffix: String, _ type: String, _ content: String) {
        let bytes = Array(content.utf8)
        path = "\(Self.folder)\(name).\(SHA256.hash(data: bytes).prefix(8).hexadecimal).\(suffix)"
        reply = OutgoingResponse(
            .ok,
            [
                .contentType: type, .cacheControl: "public, max-age=31536000, immutable", .allow: "GET, HEAD",
                .contentSecurityPolicy: "default-src 'none'",
            ],
            body: bytes
        )
    }

    static func at(_ path: String) -> Asset? { [stylesheet, adminStylesheet, script, icon].first { $0.path == path } }

    private static let iconText = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0e7a68" d="M5 22V10a7 7 0 0 1 14 0v12h-2.4V10a4.6 \
        4.6 0 0 0-9.2 0v12zm4.6 0V10.4a2.4 2.4 0 0 1 4.8 0V22z"/></svg>
        """
}
