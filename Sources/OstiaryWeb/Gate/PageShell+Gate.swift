// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension PageShell {
    /// True for the paths that proxies pass here on the hosts of applications.
    func isStep(_ path: Substring) -> Bool {
        gateLogin != nil && [GateSteps.start, GateSteps.finish].contains { path.hasSameBytes(as: $0) }
    }

    /// `/.ostiary/start` and `/.ostiary/finish`: the beginning and the end of a login, on the host of an application.
    func step(_ visit: IncomingRequest, _ api: InProcessAPI) async throws -> OutgoingResponse {
        guard let gateLogin, case .other(let origin) = gateLogin.hosts.place(of: visit), visit.method == .get else {
            return await api.ask(visit.apiRequest(visit.method, visit.target))
        }
        let query = visit.gateQuery
        let state = CookieJar.value(named: GateCookie.state.name(on: origin), in: visit).flatMap { GateSecret($0) }
        let back = GateReturn(query["to"]).path
        guard visit.pagePath.hasSameBytes(as: GateSteps.finish) else {
            // Two tabs that begin at once have the same state.
            let state = state ?? GateSecret()
            var target = gateLogin.publicURL + GateLogin.ticketPath + "?origin=\(percentEncoded(origin.description))"
            target += "&state=\(state.digest(for: .state).text)&to=\(percentEncoded(back))"
            if let age = query.age { target += "&max_age=\(age)" }
            return visit.leading(to: target, [GateCookie.state.setting(to: state.text, on: origin)])
        }
        guard let state, let ticket = query["ticket"].flatMap({ GateSecret($0) }),
            let pass = try await gateLogin.gate.enter(
                by: ticket, on: origin.description, state: state, in: gateLogin.context(of: visit))
        else {
            return gateMessage(Self.staleLogin, .badRequest, again: "\(GateSteps.start)?to=\(percentEncoded(back))")
        }
        return visit.leading(to: back, [GateCookie.pass.setting(to: pass, on: origin)])
    }

    /// `/login/gate/`: makes a ticket for a browser that is logged in here, and leads it to the host of an application.
    func ticket(
        _ visit: IncomingRequest, _ visitor: PageSession, _ api: InProcessAPI
    ) async throws -> OutgoingResponse {
        let query = visit.gateQuery
        guard let gateLogin, [.get, .head].contains(visit.method),
            let origin = query["origin"].flatMap({ named in gateLogin.hosts.origins.first { $0.isNamed(by: named) } }),
            let state = query["state"].flatMap({ GateDigest($0) })
        else { return gateMessage(Self.foreignLogin, .badRequest, again: nil) }
        // Another address than that of this page: with the same one a browser would only move to the fragment.
        if let onward = onward(visit, visitor, to: path + visit.target + "&again=1") { return onward }
        if let session = visitor.session {
            guard visitor.profile != nil else { return gateMessage(Self.busy, .serviceUnavailable, again: nil) }
            let ticket = try await gateLogin.gate.ticket(
                bearer: session.access, to: origin.description, state: state, maximumAge: query.age,
                in: gateLogin.context(of: visit))
            if let ticket {
                let back = percentEncoded(GateReturn(query["to"]).path)
                return visit.leading(
                    to: "\(origin.description)\(GateSteps.finish)?ticket=\(ticket.text)&to=\(back)", visitor.cookies)
            }
        }
        return visit.leading(to: "\(login)?back=\(percentEncoded(path + visit.target))", visitor.cookies)
    }

    /// A page that leads on without a click, for a browser that comes from another site: it does not send the cookie of
    /// its session then, and does with what a page of this host asks for.
    /// - Parameter target: a path of this host, as clients see it.
    /// - Returns: nil if the browser has sent what it has.
    func onward(_ visit: IncomingRequest, _ visitor: PageSession, to target: String) -> OutgoingResponse? {
        guard visitor.session == nil, jar.value(.browser, in: visit) != nil, visit.isFromOtherSite else { return nil }
        var visitor = visitor
        var frame = frame(visit, &visitor, givesSecret: false)
        frame.title = "One moment"
        frame.loginLink = nil
        frame.onward = target
        return page(OnwardView(frame: frame).html, .ok, Self.quiet, visitor)
    }

    /// The origin of an application to which a login leads in the end: browsers hold redirects after a form to the
    /// addresses that the policy of its page names (CSP §6.4.1).
    func formTarget(of back: String) -> Origin? {
        guard let gateLogin, back.hasBytePrefix(path + GateLogin.ticketPath + "?") else { return nil }
        let query = GateQuery(back)
        return query["origin"].flatMap { named in gateLogin.hosts.origins.first { $0.isNamed(by: named) } }
    }

    private func gateMessage(_ text: String, _ status: HTTPResponse.Status, again: String?) -> OutgoingResponse {
        var frame = Frame()
        frame.title = "Not logged in"
        let view = GateMessageView(frame: frame, text: text, again: again)
        // On the host of an application there are no style sheets of this server.
        return page(view.html, status, Self.quiet, PageSession())
    }

    private static let staleLogin = """
        This login has expired, or was begun in another browser. Begin again, in the window in which you want to work. \
        Your browser must accept cookies.
        """
    private static let foreignLogin = "The address of this page is not complete, or leads to an unknown host."
    private static let busy = "The server cannot check your login right now. Try again in a moment."
    /// The address holds a secret, and what comes next need not know it.
    private static let quiet: HTTPFields = [.referrerPolicy: "no-referrer", .cacheControl: "no-store"]
}

/// The query of a page of the login across hosts.
private struct GateQuery {
    private let pairs: [(name: String, value: String)]

    init(_ target: String) { pairs = FormURLEncoded.pairs(Query.text(of: target)) }

    /// - Returns: nil if the parameter is absent, or sent twice.
    subscript(name: String) -> String? {
        let values = pairs.filter { $0.name.hasSameBytes(as: name) }
        return values.count == 1 ? values.first?.value : nil
    }

    /// The most seconds since the login; nil for any.
    var age: Int? {
        self["max_age"].flatMap { text in
            (1...10).contains(text.utf8.count) && text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? Int(text) : nil
        }
    }
}

extension IncomingRequest {
    fileprivate var gateQuery: GateQuery { GateQuery(target) }

    /// True if a page of another site has sent the browser here (Fetch §3.2.5). Over plain http browsers do not say so.
    fileprivate var isFromOtherSite: Bool { self[.secFetchSite]?.utf8.elementsEqual("cross-site".utf8) == true }

    /// - Parameter target: an address that is made of configured values and of paths.
    fileprivate func leading(to target: String, _ cookies: [HTTPField]) -> OutgoingResponse {
        var fields = HTTPFields(cookies)
        fields[.location] = target
        fields[.referrerPolicy] = "no-referrer"
        return OutgoingResponse(.seeOther, fields)
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
