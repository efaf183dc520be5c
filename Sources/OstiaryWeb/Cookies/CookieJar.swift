// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The cookies of the pages.
///
/// Over https their names begin with `__Host-`, so neither plain http nor a sibling host can set them (RFC 6265bis
/// §4.1.3.2). If the cookies have a path of their own, the prefix is `__Secure-`, since `__Host-` requires `/`.
struct CookieJar: Sendable {
    enum Name: String {
        /// The tokens of the session. Strict: the first page opened by a link of another site is shown without them.
        case session
        /// The browser secret. Lax: a link of another site sends it, so it is not replaced.
        case browser
        /// The code of the notice that the next page shows once.
        case notice
        /// The token of a link that was opened. Lax, since the link is in a message that another site may show, and for
        /// the pages of links alone.
        case link
    }

    /// The lifetime of the cookies in seconds: that of a refresh token by default. The server checks tokens itself.
    private static let lifetime = 2_592_000
    private static let linkLifetime = 600

    private let isSecure: Bool
    /// The path of the cookies: requests below it carry them.
    private let path: String

    /// - Parameters:
    ///   - isSecure: true if browsers reach the server by https.
    ///   - path: the path under which clients reach the server, such as `/id`; empty for none.
    init(isSecure: Bool, under path: String = "") {
        self.isSecure = isSecure
        self.path = path.isEmpty ? "/" : path
    }

    private func fullName(_ name: Name) -> String {
        let guarded = path.hasSameBytes(as: "/") && name != .link ? "__Host-" : "__Secure-"
        return "\(isSecure ? guarded : "")ostiary-\(name.rawValue)"
    }

    /// - Returns: the value; nil if the cookie is absent, or present twice, since one of the two was planted.
    func value(_ name: Name, in request: IncomingRequest) -> String? { Self.value(named: fullName(name), in: request) }

    /// - Parameter name: the whole name of a cookie.
    /// - Returns: the value; nil if the cookie is absent, or present twice.
    static func value(named name: String, in request: IncomingRequest) -> String? {
        // Other programs on this host may put any bytes into the header, so only our own cookie becomes text.
        let wanted = Array("\(name)=".utf8)
        let pairs = request[values: .cookie].flatMap {
            Array($0.utf8)[...].parts(separatedBy: UInt8(ascii: ";"), atMost: 1_000)
        }
        let found = pairs.map { $0.drop { $0 == UInt8(ascii: " ") } }.filter { $0.starts(with: wanted) }
        guard found.count == 1 else { return nil }
        return String(decoding: found[0].dropFirst(wanted.count), as: UTF8.self)
    }

    /// - Parameter value: ASCII without white space, commas and semicolons; nil to delete the cookie.
    func setting(_ name: Name, to value: String?) -> HTTPField {
        let (path, lifetime) =
            name == .link
            ? ("\(self.path.hasSameBytes(as: "/") ? "" : self.path)\(AccountSite.root)", Self.linkLifetime)
            : (self.path, Self.lifetime)
        var text = "\(fullName(name))=\(value ?? ""); Path=\(path); HttpOnly; Max-Age=\(value == nil ? 0 : lifetime)"
        text += [.browser, .link].contains(name) ? "; SameSite=Lax" : "; SameSite=Strict"
        if isSecure { text += "; Secure" }
        return HTTPField(name: .setCookie, value: text)
    }
}
