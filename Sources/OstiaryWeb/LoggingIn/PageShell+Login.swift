// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension PageShell {
    /// `GET` and `POST /login/`: logs the browser in. The tokens stay in its cookie and appear on no page.
    func login(_ visit: IncomingRequest, _ form: PageForm?, _ visitor: PageSession, _ api: InProcessAPI) async throws
        -> OutgoingResponse
    {
        let next = LocalPath(form?["next"] ?? visit.query("next").map(percentDecoded), otherwise: home)
        // The way back to an application on this host, for which the gate has sent the browser here.
        let back = (form == nil ? visit.query("back").map(percentDecoded) : form?["back"])
            .map { GateReturn($0, atMost: GateReturn.maximumStepLength).path }
        guard let form else {
            if let back, let onward = onward(visit, visitor, to: back) { return onward }
            return await loginPage(visit, visitor, api, next: next, back: back, status: .ok)
        }
        var request = PageRequest(visit: visit, form: form, visitor: visitor, api: api, shell: self)
        let email = form["email"] ?? ""
        let reply = try await request.logIn(email, password: form["password"] ?? "")
        guard reply.status == .ok else {
            return await loginPage(
                visit, visitor, api, next: next, back: back, status: reply.status, email: email, reply: reply)
        }
        // Without pages of the API there is no form for the change, and the mark stays until a program changes it.
        if case .bool(true)? = reply.document?.object?["password_change_required"],
            let path = PasswordController.operations.first(where: { $0.method != .get })?.path,
            home.hasSameBytes(as: SchemaController.indexing.path)
        {
            return request.redirect(to: path, saying: .passwordIsTemporary)
        }
        guard let back else { return request.redirect(to: next.text) }
        return OutgoingResponse(
            .seeOther, HTTPFields([HTTPField(name: .location, value: back)] + request.visitor.cookies))
    }

    /// `POST /logout/`: ends the session and deletes its cookie.
    func logout(_ visit: IncomingRequest, _ visitor: PageSession, _ api: InProcessAPI) async throws -> OutgoingResponse
    {
        if let session = visitor.session {
            let reply = try await end(session, visit, api)
            guard [.ok, .badRequest].contains(reply.status) else {
                var visitor = visitor
                var frame = frame(visit, &visitor)
                frame.title = "Not logged out"
                let text =
                    "The server cannot end your session right now, so you are still logged in. Try again in a moment."
                return page(
                    MessageView(frame: frame, text: text, back: home).html, reply.status, [:],
                    visitor)
            }
        }
        return redirect(
            to: home, [jar.setting(.session, to: nil), jar.setting(.browser, to: nil)],
            saying: .loggedOut)
    }

    /// The login page, for visitors who may not see a site.
    func loginRequired(_ visit: IncomingRequest, _ visitor: PageSession, _ api: InProcessAPI) async -> OutgoingResponse
    {
        let isKnown = visitor.profile != nil
        var visitor = visitor
        if isKnown { visitor.notice = "These pages are for staff only. Log in with a staff account." }
        let next = LocalPath([.get, .head].contains(visit.method) ? visit.pagePath : nil, otherwise: home)
        return await loginPage(visit, visitor, api, next: next, status: isKnown ? .forbidden : .unauthorized)
    }

    /// The refusal of a form that no page of this server made for this browser.
    func refusal(of visit: IncomingRequest, _ visitor: PageSession) -> OutgoingResponse {
        var visitor = visitor
        var frame = frame(visit, &visitor, givesSecret: false)
        frame.title = "Form refused"
        let text = """
            This form did not come from a page that this server made for this browser, so nothing was done. \
            Open the page again and submit the form there. Your browser must accept cookies.
            """
        return page(
            MessageView(frame: frame, text: text, back: LocalPath(visit.pagePath, otherwise: home).text).html,
            .forbidden, [:], visitor)
    }

    /// The refusal of a form that is too large to be read.
    func tooLarge(_ visit: IncomingRequest) -> OutgoingResponse {
        var visitor = PageSession(secret: nil)
        var frame = frame(visit, &visitor, givesSecret: false)
        frame.title = "Form too large"
        let view = MessageView(
            frame: frame, text: "The limit is 64 KiB. Nothing was done.",
            back: LocalPath(visit.pagePath, otherwise: home).text)
        return page(view.html, .contentTooLarge, [:], visitor)
    }

    private func loginPage(
        _ visit: IncomingRequest, _ visitor: PageSession, _ api: InProcessAPI, next: LocalPath, back: String? = nil,
        status: HTTPResponse.Status,
        email: String = "", reply: OutgoingResponse? = nil
    ) async -> OutgoingResponse {
        var visitor = visitor
        var frame = frame(visit, &visitor, givesSecret: true)
        frame.title = "Log in"
        let view = LoginView(
            frame: frame, next: next.text, returnPath: back, email: email, signUp: signUp(visitor),
            recovery: recovery, hints: await loginHints(visit, api),
            failure: reply.map(Self.failure))
        var headers = HTTPFields()
        headers[.retryAfter] = reply?.fields[.retryAfter]
        return page(view.html, status, headers, visitor, leadingTo: back.flatMap(formTarget))
    }

    /// The reason of a refused login, for people.
    static func failure(_ reply: OutgoingResponse) -> String {
        let wait = "Wait \(reply.fields[.retryAfter].flatMap { Int($0)?.inSeconds } ?? "a few seconds") and try again."
        return switch reply.status {
        case .unauthorized: "The e-mail address or password is wrong, or the account is inactive."
        case .tooManyRequests: "Too many attempts. \(wait)"
        case .serviceUnavailable: "The server is busy. \(wait)"
        default: "The login was refused: \(reply.status.code) \(reply.status.reasonPhrase)."
        }
    }

    func end(_ session: BrowsingSession, _ visit: IncomingRequest, _ api: InProcessAPI) async throws
        -> OutgoingResponse
    {
        var call = visit.apiRequest(LogoutController.operation)
        call.fields[.contentType] = BodyFormat.json.rawValue
        call.body = .json(["refresh_token": session.refresh])
        return await api.ask(call)
    }
}

extension PageRequest {
    /// Logs the browser in. The tokens stay in its cookie and appear on no page.
    /// - Returns: the answer of the API; unless its status is 200, nothing has changed.
    mutating func logIn(_ email: String, password: String) async throws -> OutgoingResponse {
        var call = visit.apiRequest(LoginController.operation)
        call.fields[.contentType] = BodyFormat.json.rawValue
        call.body = .json(["email": email, "password": password])
        let reply = await api.ask(call)
        guard reply.status == .ok, let session = BrowsingSession(document: reply.body) else { return reply }
        if let old = visitor.session { _ = try await shell.end(old, visit, api) }
        // A new browser secret is drawn, since an attacker may have planted the old one.
        let secret = BrowserSecret()
        (visitor.secret, visitor.session) = (secret, session)
        visitor.cookies += [
            shell.jar.setting(.browser, to: secret.text), shell.jar.setting(.session, to: session.cookie),
        ]
        return reply
    }
}

/// The path on this server that follows a login; a text that is no such path becomes another one.
struct LocalPath: Sendable {
    let text: String

    init(_ text: String?, otherwise home: String) {
        let isOurs = text.map { text in
            // Browsers take `//host` and `/\host` for the address of another server.
            text.utf8.count <= 512 && text.hasBytePrefix("/") && !text.hasBytePrefix("//")
                && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        }
        self.text = isOurs == true ? text ?? home : home
    }
}

/// The decoded text of a percent-encoded query component.
private func percentDecoded(_ text: String) -> String {
    FormURLEncoded.pairs("v=\(text)".utf8).first?.value ?? ""
}
