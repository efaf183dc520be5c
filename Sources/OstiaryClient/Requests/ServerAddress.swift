// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The address of a server, checked.
struct ServerAddress {
    /// Without a slash at its end.
    let text: String

    /// - Parameter allowsPlainText: true if `http://` may lead to another machine.
    /// - Throws: ``ClientError/invalidAddress(_:)``.
    init(_ address: String, allowsPlainText: Bool) throws {
        guard address.isVisibleASCII, !address.utf8.contains(UInt8(ascii: "\\")), let url = URL(string: address),
            let scheme = url.scheme, scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty
        else { throw ClientError.invalidAddress("it has to be like https://id.example.com") }
        guard url.user == nil, url.password == nil, url.query == nil, url.fragment == nil else {
            throw ClientError.invalidAddress("it must have no user, query or fragment")
        }
        guard scheme == "https" || allowsPlainText || Self.isLoopback(host) else {
            throw ClientError.invalidAddress("http:// would send passwords in plain text to another machine")
        }
        text = String(decoding: address.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed(), as: UTF8.self)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
    }
}
