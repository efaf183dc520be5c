// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SMTPEndpoint {
    /// The most bytes of a user and of a password; a login is one line of at most 12,288 bytes (RFC 4954 §4).
    private static let maximumSecret = 2_048

    /// - Parameters:
    ///   - text: the part of the URL behind `//`, free of blanks and control characters.
    ///   - security: the meaning of the scheme.
    /// - Throws: ``MailURLError`` that names the wrong part.
    init(_ text: ArraySlice<UInt8>, _ security: Security) throws(MailURLError) {
        let parts = text.parts(separatedBy: UInt8(ascii: "?"))
        let location = parts[0]
        let authority = location.prefix { $0 != UInt8(ascii: "/") }
        guard parts.count <= 2, !location.dropFirst(authority.count).contains(UInt8(ascii: "@")),
            parts.count < 2 || !parts[1].contains(UInt8(ascii: "@"))
        else { throw MailURLError("in the user or password a / is written %2F and a ? %3F") }
        guard location.count - authority.count <= 1 else {
            throw MailURLError("there is no path behind the host and port")
        }
        let logins = authority.parts(separatedBy: UInt8(ascii: "@"))
        guard logins.count <= 2 else { throw MailURLError("an @ in the user or password is written %40") }
        credentials = logins.count == 2 ? try Self.credentials(logins[0]) : nil
        (host, port) = try Self.host(logins.last ?? authority, security == .implicit ? 465 : 587)
        let parameters = try Self.parameters(parts.count == 2 ? parts[1] : [])
        trustRootsFile = parameters.ca
        self.security = parameters.isPlain ? .none : security
        guard parameters.isPlain else { return }
        guard security == .startTLS, trustRootsFile == nil else {
            throw MailURLError("tls=off goes with smtp:// and without ca=")
        }
        guard Self.isLoopback(host) else {
            throw MailURLError("tls=off is for a mail server on this machine: localhost, 127.0.0.1 or [::1]")
        }
        guard credentials == nil else { throw MailURLError("a user and a password need TLS; leave tls=off away") }
    }

    private static func credentials(_ text: ArraySlice<UInt8>) throws(MailURLError) -> Credentials {
        let login = text.parts(separatedBy: UInt8(ascii: ":"))
        guard login.count == 2 else {
            throw MailURLError(
                login.count < 2
                    ? "user and password are written user:password@" : "a : in the user or password is written %3A")
        }
        let user = try MailURL.decoded(login[0], "the user")
        let password = try MailURL.decoded(login[1], "the password")
        guard !user.isEmpty else { throw MailURLError("the user is empty") }
        guard !password.isEmpty else { throw MailURLError("the password is empty") }
        guard max(user.utf8.count, password.utf8.count) <= maximumSecret else {
            throw MailURLError("the user or the password is longer than \(maximumSecret) bytes")
        }
        return Credentials(user: user, password: password)
    }

    private static func host(_ text: ArraySlice<UInt8>, _ usual: Int) throws(MailURLError) -> (String, Int) {
        let isIPv6 = text.first == UInt8(ascii: "[")
        let name =
            isIPv6 ? text.dropFirst().prefix { $0 != UInt8(ascii: "]") } : text.prefix { $0 != UInt8(ascii: ":") }
        var rest = text[name.endIndex...]
        if isIPv6 {
            guard rest.first == UInt8(ascii: "]") else { throw MailURLError("the host lacks its ]") }
            rest = rest.dropFirst()
        }
        let others = isIPv6 ? ":." : "-._"
        let isPlain = name.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || others.utf8.contains($0) }
        guard !name.isEmpty, isPlain, name.count <= 253 else {
            throw MailURLError("the host must be a name or an address, [in brackets] for IPv6")
        }
        let host = String(decoding: name, as: UTF8.self)
        guard let colon = rest.first else { return (host, usual) }
        let digits = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(\.isASCIIDigit),
            digits.first != UInt8(ascii: "0"), let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else { throw MailURLError("the port must be a number, 1…65535") }
        return (host, port)
    }

    private static func parameters(
        _ query: ArraySlice<UInt8>
    ) throws(MailURLError) -> (ca: String?, isPlain: Bool) {
        var (ca, isPlain): (String?, Bool) = (nil, false)
        for parameter in query.isEmpty ? [] : query.parts(separatedBy: UInt8(ascii: "&")) {
            if parameter.elementsEqual("tls=off".utf8), !isPlain {
                isPlain = true
            } else if parameter.starts(with: "ca=".utf8), parameter.count > 3, ca == nil {
                ca = try MailURL.decoded(parameter.dropFirst(3), "the path of ca=")
            } else {
                throw MailURLError("the parameters are ca=FILE and tls=off, each at most once")
            }
        }
        return (ca, isPlain)
    }

    /// True for a host that is this machine.
    private static func isLoopback(_ host: String) -> Bool {
        if host.utf8.elementsEqual("localhost".utf8, by: { $0 | 0x20 == $1 }) { return true }
        guard let address = IPAddress(host) else { return false }
        return address.description == "::1" || address.description.hasBytePrefix("127.")
    }
}
