// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The URL under which clients reach the server: an origin (RFC 6454), and the path under which a proxy serves it.
package struct PublicURL: Sendable, Equatable {
    /// The scheme, host and port.
    package let origin: String
    /// The path before each path of the server, such as `/id`; empty for none.
    package let path: String

    /// The greatest length of the path in bytes. Cookies, links and redirects repeat the path.
    private static let maximumPath = 200
    /// The first segments of the server's own paths.
    private static let ownSegments = [
        "admin", "api", "assets", "docs", "healthz", "login", "logout", "metrics", "readyz",
    ]

    /// - Parameter text: an http or https URL, perhaps with a path, without query and fragment.
    /// - Returns: nil if the text is no such URL.
    /// - Throws: ``Fault`` if the path would hide paths of the server.
    package init?(_ text: String) throws(Fault) {
        let bytes = text.octets
        guard let scheme = ["https://", "http://"].first(where: { bytes.starts(with: $0.utf8) }) else { return nil }
        let rest = bytes.dropFirst(scheme.utf8.count)
        let host = rest.prefix { $0 != UInt8(ascii: "/") }
        var path = rest.dropFirst(host.count)
        if path.last == UInt8(ascii: "/") { path.removeLast() }
        guard !host.isEmpty, host.allSatisfy(Self.isOfAuthority), path.count <= Self.maximumPath else { return nil }
        let segments = path.isEmpty ? [] : path.parts(separatedBy: UInt8(ascii: "/")).dropFirst()
        guard segments.allSatisfy(Self.isSegment) else { return nil }
        if let first = segments.first?.text, Self.ownSegments.contains(where: first.hasSameBytes) {
            throw Fault(description: "the path must not begin with /\(first), since the server has such paths")
        }
        self.origin = scheme + host.text
        self.path = path.text
    }

    /// The origin and the path, without a slash at the end: the `iss` of access tokens (RFC 9068 §2.2).
    package var text: String { origin + path }

    /// True for https.
    package var isSecure: Bool { origin.hasBytePrefix("https://") }

    /// A path that begins like one of the server's own. Behind a proxy that removes the public path, one could not be
    /// told from the other.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"?#@\\\"<>".utf8.contains(byte)
    }

    /// True for a segment of unreserved characters (RFC 3986 §2.3), which needs no encoding in links, cookies and HTML.
    private static func isSegment(_ segment: ArraySlice<UInt8>) -> Bool {
        guard !segment.isEmpty, segment.contains(where: { $0 != UInt8(ascii: ".") }) else { return false }
        return segment.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                true
            default: false
            }
        }
    }
}
