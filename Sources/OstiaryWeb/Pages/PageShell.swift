// SPDX-License-Identifier: Apache-2.0

package import Crypto
import HTTPTypes
import OstiaryCore
package import OstiaryHTTP

/// The parts that all sites of a server share: files, form tokens, the browser's session, login and logout.
package struct PageShell: PageSite {
    /// The sites, with the longest prefix first.
    private let sites: [any Site]
    let authenticator: PageAuthenticator
    private let origin: SameOrigin
    /// The path under which clients reach the server; empty for none.
    let path: String
    /// The login on the hosts of applications; nil if there are none.
    let gateLogin: GateLogin?
    private let key: SymmetricKey

    /// The page on which people create an account; nil if no site that the visitor may see has one.
    func signUp(_ visitor: PageSession) -> String? { sites.filter { $0.admits(visitor) }.compactMap(\.signUp).first }

    /// The page on which people ask for a new password; nil if no site has one.
    var recovery: String? { sites.lazy.compactMap(\.recovery).first }

    var jar: CookieJar { authenticator.jar }

    /// The path where a visitor lands who named no page: the index of the API, if there are pages of it.
    var home: String {
        let hasRoot = sites.contains { $0.prefix.hasSameBytes(as: "/") }
        return hasRoot ? SchemaController.indexing.path : sites.first?.prefix ?? "/"
    }

    /// The sentences of the sites for those who cannot log in yet.
    func loginHints(_ visit: IncomingRequest, _ api: InProcessAPI) async -> [LoginHint] {
        var hints: [LoginHint] = []
        for site in sites { if let hint = await site.loginHint(visit, api: api) { hints.append(hint) } }
        return hints
    }

    /// - Parameters:
    ///   - sites: the sites; their prefixes must differ.
    ///   - key: authenticates form tokens; the same on all nodes.
    ///   - publicURL: the URL under which clients reach the server; nil if it is not configured.
    ///   - isSecure: true if browsers reach the server by https.
    ///   - gateLogin: the login on the hosts of applications; nil if there are none.
    ///   - isStaff: true for the access token of a member of the staff.
    package init(
        _ sites: [any Site], key: SymmetricKey, publicURL: PublicURL?, isSecure: Bool, gateLogin: GateLogin? = nil,
        isStaff: @escaping @Sendable (String) async -> Bool
    ) {
        self.sites = sites.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        let path = publicURL?.path ?? ""
        self.authenticator = PageAuthenticator(jar: CookieJar(isSecure: isSecure, under: path), isStaff: isStaff)
        self.origin = SameOrigin(publicURL: publicURL, isSecure: isSecure)
        self.path = path
        self.gateLogin = gateLogin
        self.key = key
    }

    package func owns(_ path: Substring) -> Bool { path.hasBytePrefix(Asset.folder) || isStep(path) }

    package func serves(_ path: Substring) -> Bool {
        let path = String(path).withSlash
        return owns(path[...])
            || [Self.login, Self.logout, GateLogin.ticketPath].contains { path.hasSameBytes(as: $0) }
            || sites.contains { !$0.prefix.hasSameBytes(as: "/") && path.hasBytePrefix($0.prefix) }
    }

    package func template(of bare: Substring) -> String? {
        let path = String(bare).withSlash
        if isStep(bare) { return String(bare) }
        if owns(path[...]) { return "\(Asset.folder){file}" }
        if let own = ["/", Self.login, Self.logout, GateLogin.ticketPath].first(where: { path.hasSameBytes(as: $0) }) {
            return own
        }
        let site = sites.first { !$0.prefix.hasSameBytes(as: "/") && path.hasBytePrefix($0.prefix) }
        return site.map { path.hasSameBytes(as: $0.prefix) ? $0.prefix : "\($0.prefix){page}" }
    }

    package func answer(_ visit: IncomingRequest, api: InProcessAPI) async throws -> OutgoingResponse {
        let path = visit.pagePath
        if isStep(path[...]) { return try await step(visit, api) }
        if owns(path[...]) {
            if let asset = Asset.at(path), [.get, .head].contains(visit.method) { return asset.reply }
            return await api.ask(visit.apiRequest(visit.method, visit.target))
        }
        let form = form(of: visit)
        if visit.body == .tooLarge, PageForm.isSent(by: visit) { return tooLarge(visit) }
        let visitor = try await authenticator.visitor(visit, api: api)
        if let form, !isGenuine(form, visit, visitor) { return refusal(of: visit, visitor) }
        if path.withSlash.hasSameBytes(as: Self.login) { return try await login(visit, form, visitor, api) }
        if path.withSlash.hasSameBytes(as: GateLogin.ticketPath) { return try await ticket(visit, visitor, api) }
        if path.hasSameBytes(as: Self.logout), form != nil { return try await logout(visit, visitor, api) }
        guard let site = sites.first(where: { path.withSlash.hasBytePrefix($0.prefix) }) else {
            return await api.ask(visit.apiRequest(visit.method, visit.target))
        }
        guard site.admits(visitor) else { return await loginRequired(visit, visitor, api) }
        var request = PageRequest(visit: visit, form: form, visitor: visitor, api: api, shell: self)
        return try await site.answer(&request)
    }

    static let login = "/login/"
    static let logout = "/logout/"

    /// The form of a request; nil for a request of a program. A program's request has credentials of its own, or has
    /// neither a form token nor any header that browsers send with every form.
    private func form(of visit: IncomingRequest) -> PageForm? {
        guard PageForm.isSent(by: visit), visit[.authorization] == nil, case .bytes(let body) = visit.body
        else { return nil }
        let form = PageForm(body)
        let isBrowsers = [HTTPField.Name.cookie, .origin, .secFetchSite].contains {
            visit[$0] != nil
        }
        return isBrowsers || !form.token.isEmpty ? form : nil
    }

    private func isGenuine(_ form: PageForm, _ visit: IncomingRequest, _ visitor: PageSession) -> Bool {
        guard let secret = visitor.secret, origin.allows(visit) else { return false }
        return secret.isFormToken(form.token, key)
    }

    /// - Parameter givesSecret: true to give a secret to a browser without one, if the request opens a page. Browsers
    ///   send no cookies with forms of other sites, so a secret given there would replace the browser's own.
    func frame(_ visit: IncomingRequest, _ visitor: inout PageSession, givesSecret: Bool = true) -> Frame {
        let isOpened = [.get, .head].contains(visit.method)
        if visitor.secret == nil, givesSecret, isOpened {
            let secret = BrowserSecret()
            visitor.secret = secret
            visitor.cookies.append(jar.setting(.browser, to: secret.text))
        }
        var frame = Frame()
        frame.user = visitor.profile?.email
        let isLogin = visit.pagePath.withSlash.hasSameBytes(as: Self.login)
        if !isLogin { frame.loginLink = "\(Self.login)?next=\(percentEncoded(visit.pagePath))" }
        frame.formToken = visitor.secret?.formToken(key) ?? ""
        frame.notice = visitor.notice ?? noticeOnce(visit, &visitor)
        frame.navigation = sites.reversed().flatMap { $0.navigation(for: visitor) }
        return frame
    }

    /// The sentence that the previous page left for this one; its cookie is deleted.
    private func noticeOnce(_ visit: IncomingRequest, _ visitor: inout PageSession) -> String? {
        guard let code = jar.value(.notice, in: visit) else { return nil }
        visitor.cookies.append(jar.setting(.notice, to: nil))
        if let own = Notice.ofShell.first(where: { $0.code.hasSameBytes(as: code) }) { return own.text }
        return sites.lazy.compactMap { $0.notice(coded: code) }.first?.text
    }

    /// - Parameter path: a path of this server.
    func redirect(to path: String, _ cookies: [HTTPField], saying notice: Notice? = nil) -> OutgoingResponse {
        let said = notice.map { [jar.setting(.notice, to: $0.code)] } ?? []
        return OutgoingResponse(
            .seeOther, HTTPFields([HTTPField(name: .location, value: self.path + path)] + cookies + said))
    }

    /// - Parameters:
    ///   - headers: headers of the API's answer that the page's answer repeats.
    ///   - target: another origin to which a form of the page leads in the end; nil for none.
    func page(
        _ html: HTML, _ status: HTTPResponse.Status, _ headers: HTTPFields, _ visitor: PageSession,
        leadingTo target: Origin? = nil
    ) -> OutgoingResponse {
        var fields = headers
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.contentSecurityPolicy] = Self.policy(target)
        for cookie in visitor.cookies { fields.append(cookie) }
        return OutgoingResponse(status, fields, body: html.bytes(under: path))
    }

    private static func policy(_ target: Origin?) -> String {
        """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'\
        \(target.map { " \($0)" } ?? ""); connect-src 'self'; base-uri 'none'; frame-ancestors 'none'
        """
    }
}
