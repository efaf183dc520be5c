// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The cookies of the pages.
///
/// Over https their names begin with `__Host-`, so that neither plain http nor a neighbouring host name can set them
/// (RFC 6265bis §4.1.3.2); those of a site with a path of its own with `__Secure-`, since the other asks for `/`.
struct CookieJar: Sendable {
    enum Name: String {
        /// Who is logged in here. Strict: a link from elsewhere opens the first page as a stranger.
        case session
        /// A random text that tells browsers apart. Lax, so that a link from elsewhere finds it and leaves it alone.
        case browser
        /// The sentence that the next page says once.
        case notice
    }

    /// How long a browser keeps them, in seconds: the default life of a refresh token. The server judges for itself.
    private static let lifetime = 2_592_000

    let isSecure: Bool
    /// Requests below it get the cookies.
    var path = "/"

    private func fullName(_ name: Name) -> String {
        let guarded = path.hasSameBytes(as: "/") ? "__Host-" : "__Secure-"
        return "\(isSecure ? guarded : "")ostiary-\(name.rawValue)"
    }

    /// - Returns: nil when the cookie is absent, and when it is there twice: one of the two was planted.
    func value(_ name: Name, in request: IncomingRequest) -> String? {
        // Other programs of this host put into the header what they like, so only our own cookie becomes text.
        let wanted = Array("\(fullName(name))=".utf8)
        let pairs = request[values: .cookie].flatMap {
            Array($0.utf8)[...].parts(separatedBy: UInt8(ascii: ";"), atMost: 1_000)
        }
        let found = pairs.map { $0.drop { $0 == UInt8(ascii: " ") } }.filter { $0.starts(with: wanted) }
        guard found.count == 1 else { return nil }
        return String(decoding: found[0].dropFirst(wanted.count), as: UTF8.self)
    }

    /// - Parameter value: ASCII without white space, commas and semicolons; nil to delete the cookie.
    func setting(_ name: Name, to value: String?) -> HTTPField {
        var text =
            "\(fullName(name))=\(value ?? ""); Path=\(path); HttpOnly; Max-Age=\(value == nil ? 0 : Self.lifetime)"
        text += name == .browser ? "; SameSite=Lax" : "; SameSite=Strict"
        if isSecure { text += "; Secure" }
        return HTTPField(name: .setCookie, value: text)
    }
}
