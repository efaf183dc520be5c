// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryHTTP

/// Pages below one prefix. What all sites share – logging in and out, forms that are genuine, cookies, layout – is the
/// business of ``PageShell``.
package protocol Site: Sendable {
    /// Begins and ends with a slash. Of several that fit, the longest answers.
    var prefix: String { get }
    /// Shown at the top of each page.
    var navigation: [NavigationLink] { get }
    /// The sentences that its pages may say once, after a form.
    var notices: [Notice] { get }

    /// Lets somebody see the site; others are asked to log in.
    func admits(_ visitor: Visitor) -> Bool
    func answer(_ request: inout PageRequest) async throws -> OutgoingResponse
}

extension Site {
    package var notices: [Notice] { [] }
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

/// A browser's request, with what is known of it: who sits there, and the form that was sent.
package struct PageRequest: Sendable {
    package let visit: IncomingRequest
    /// That a page of ours made for this browser; nil for what is no form.
    let form: PageForm?
    package internal(set) var visitor: Visitor
    package let api: InProcessAPI
    let shell: PageShell

    /// Asks the API as the browser's user.
    package func ask(_ request: APIRequest) async -> OutgoingResponse { await api.ask(request) }

    /// The part around the page's own content.
    mutating func frame(givesSecret: Bool = true) -> Frame { shell.frame(visit, &visitor, givesSecret: givesSecret) }

    /// Asks once more who sits there, after a request that may have ended the session or changed its user.
    mutating func lookAgain() async throws { try await shell.reception.look(again: &visitor, visit, api: api) }

    /// - Parameters:
    ///   - path: of this server.
    ///   - notice: said by the page there; one of the site's own.
    func redirect(to path: String, saying notice: Notice? = nil) -> OutgoingResponse {
        shell.redirect(to: path, visitor.cookies, saying: notice)
    }

    func page(_ html: HTML, _ status: HTTPResponse.Status, _ headers: HTTPFields = [:]) -> OutgoingResponse {
        shell.page(html, status, headers, visitor)
    }
}
