// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
package import OstiaryHTTP

/// Pages below one prefix. ``PageShell`` provides what all sites share: login and logout, form tokens, cookies, layout.
package protocol Site: Sendable {
    /// The path prefix, which begins and ends with a slash. If several sites match, the one with the longest prefix
    /// answers.
    var prefix: String { get }
    /// The links at the top of each page.
    var navigation: [NavigationLink] { get }
    /// The links at the top of each page for one visitor: those of ``navigation`` for all who are admitted, unless the
    /// site decides otherwise.
    func navigation(for visitor: PageSession) -> [NavigationLink]
    /// The path of the page on which people create an account; nil if the site has none.
    var signUp: String? { get }
    /// The path of the page on which people ask for a new password; nil if the site has none.
    var recovery: String? { get }
    /// The sentences that the site's pages may show once, after a form.
    var notices: [Notice] { get }
    /// The notice of a code that a cookie brought: one of ``notices``, unless the site makes its sentences of more than
    /// that. nil for any other text.
    func notice(coded code: String) -> Notice?
    /// A sentence that the login page shows to everybody, since nobody could log in to the site without it; nil for none.
    /// - Parameter visit: the visit of the login page.
    func loginHint(_ visit: IncomingRequest, api: InProcessAPI) async -> LoginHint?

    /// True if the visitor may see the site; others are asked to log in.
    func admits(_ visitor: PageSession) -> Bool
    func answer(_ request: inout PageRequest) async throws -> OutgoingResponse
}

extension Site {
    package var notices: [Notice] { [] }
    package var signUp: String? { nil }
    package var recovery: String? { nil }
    package func navigation(for visitor: PageSession) -> [NavigationLink] { admits(visitor) ? navigation : [] }
    package func notice(coded code: String) -> Notice? { notices.first { $0.code.hasSameBytes(as: code) } }
    package func loginHint(_ visit: IncomingRequest, api: InProcessAPI) async -> LoginHint? { nil }
}

/// A sentence of a site on the login page, in which code stands in backticks.
package struct LoginHint: Sendable {
    let pieces: [Piece]

    package init(_ text: String) { pieces = Piece.pieces(text) }
}

/// A link at the top of each page.
package struct NavigationLink: Sendable {
    let name: String
    let path: String

    package init(_ name: String, to path: String) {
        self.name = name
        self.path = path
    }
}

/// A browser's request, with its user and its form.
package struct PageRequest: Sendable {
    package let visit: IncomingRequest
    /// The form that a page of this server made for this browser; nil if the request has no form.
    let form: PageForm?
    package internal(set) var visitor: PageSession
    package let api: InProcessAPI
    let shell: PageShell

    /// Sends a request to the API on behalf of the browser's user.
    package func ask(_ request: APIRequest) async -> OutgoingResponse { await api.ask(request) }

    /// The content around the page's own.
    mutating func frame(givesSecret: Bool = true) -> Frame { shell.frame(visit, &visitor, givesSecret: givesSecret) }

    /// Identifies the user again after a request that may have ended the session or changed the account.
    mutating func lookAgain() async throws { try await shell.authenticator.look(again: &visitor, visit, api: api) }

    /// - Parameters:
    ///   - path: a path of this server.
    ///   - notice: a notice of this site that the next page shows; nil for none.
    func redirect(to path: String, saying notice: Notice? = nil) -> OutgoingResponse {
        shell.redirect(to: path, visitor.cookies, saying: notice)
    }

    func page(_ html: HTML, _ status: HTTPResponse.Status, _ headers: HTTPFields = [:]) -> OutgoingResponse {
        shell.page(html, status, headers, visitor)
    }
}
