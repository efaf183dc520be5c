// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The address of a document of a server, checked.
enum ServerAddress {
    /// - Parameters:
    ///   - address: an address such as `https://id.example.com/.well-known/jwks.json`.
    ///   - allowsPlainText: true if `http://` may lead to another machine.
    /// - Throws: ``VerifierConfigurationError``.
    static func check(_ address: String, allowsPlainText: Bool) throws(VerifierConfigurationError) {
        guard address.isVisibleASCII, !address.utf8.contains(UInt8(ascii: "\\")), let url = URL(string: address),
            let scheme = url.scheme, scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty,
            url.user == nil, url.password == nil, url.query == nil, url.fragment == nil
        else { throw .invalidAddress("it has to be like https://id.example.com, without user, query and fragment") }
        guard scheme == "https" || allowsPlainText || isLoopback(host) else {
            throw .invalidAddress(
                "by http:// anybody on the way to another machine could forge tokens: take https, or set allowsPlainText"
            )
        }
    }

    /// An address without slashes at its end.
    static func withoutSlash(_ address: String) -> String {
        String(decoding: address.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed(), as: UTF8.self)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
    }
}
