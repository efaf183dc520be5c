// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// What all pages have in common. The names of members are those in the templates.
struct Frame {
    var title = ""
    let stylesheet = Asset.stylesheet.path
    let script = Asset.script.path
    let icon = Asset.icon.path
    var user: String?
    var loginLink: String?
    /// The token that the page's forms carry.
    var formToken = ""
    var notice: String?
    var crumbs: [Crumb] = []
    var hasSchema = false
}

/// A step of the way to a page.
struct Crumb {
    let crumbName: String
    let crumbLink: String
    let isHere: Bool

    static func trail(to path: String, in directory: Directory) -> [Crumb] {
        var prefixes: [String] = []
        var prefix = "/"
        for part in path.split(separator: "/") {
            prefix += part + "/"
            prefixes.append(prefix)
        }
        return prefixes.compactMap { prefix in
            if prefix == "/api/" { return Crumb(crumbName: "API", crumbLink: prefix, isHere: false) }
            guard let place = directory[prefix] else { return nil }
            let isHere = prefix == path.withSlash
            return Crumb(crumbName: place.argument ?? place.name, crumbLink: prefix, isHere: isHere)
        }
    }
}

/// A piece of a sentence; code stands in backticks there.
struct Piece {
    let piece: String
    let isCode: Bool

    static func pieces(_ text: String) -> [Piece] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            part.isEmpty ? nil : Piece(piece: String(part), isCode: index % 2 == 1)
        }
    }
}

extension BrowsableAPI {
    /// - Parameter givesSecret: whether a browser without a secret gets one. Only what is opened gives one: a browser
    ///   does not send its cookies with requests of other sites, and must not lose its own by them.
    func frame(_ visit: Visit, _ visitor: inout Visitor, givesSecret: Bool = true) -> Frame {
        let isOpened = [.get, .head].contains(visit.request.method)
        if visitor.secret == nil, givesSecret, isOpened {
            let secret = BrowserSecret()
            visitor.secret = secret
            visitor.cookies.append(jar.setting(.browser, to: secret.text))
        }
        var frame = Frame()
        frame.user = visitor.profile?.email
        let isLogin = visit.path.withSlash == Self.login
        if !isLogin { frame.loginLink = "\(Self.login)?next=\(percentEncoded(visit.path))" }
        frame.formToken = visitor.secret?.formToken(key) ?? ""
        frame.notice = visitor.notice
        frame.hasSchema = directory["/api/schema/"] != nil
        return frame
    }

    /// - Parameter headers: of the API's answer, which the page's answer has too.
    func page(
        _ template: String, _ view: Any, _ status: HTTPResponse.Status, _ headers: HTTPFields, _ visitor: Visitor
    ) throws -> Reply {
        var fields = headers
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.contentSecurityPolicy] = Self.policy
        for cookie in visitor.cookies { fields.append(cookie) }
        return Reply(status: status, headers: fields, body: Array(try Templates.render(template, view).utf8))
    }

    private static let policy = """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
        connect-src 'self'; base-uri 'none'; frame-ancestors 'none'
        """
}
