// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension PageRequest {
    /// `/account/…/`: takes the token of a link out of the address, shows what the link is for, and uses it by a form.
    mutating func useLink(on page: LinkPage) async throws -> OutgoingResponse {
        if form == nil, let text = visit.query("token") {
            // The address stays in the browser's history and in the `Referer` of its next requests; a cookie does not.
            visitor.cookies.append(shell.jar.setting(.link, to: OneTimeToken(text).map(\.text)))
            return redirect(to: page.path)
        }
        guard let token = shell.jar.value(.link, in: visit).flatMap({ OneTimeToken($0) }) else {
            return linkMessage(
                "Open the link", "Open the link of the message once more: its token is missing here.", .ok)
        }
        let found = AdminReply(await ask("/api/link/", ["token": token.text]))
        guard found.isDone, let purpose = LinkPurpose(rawValue: found.document.text("purpose")),
            page.purposes.contains(purpose)
        else { return refusedLink(found) }
        let texts = LinkTexts(purpose)
        guard let form else { return linkPage(page, texts, found, .none, .ok) }
        var fields: KeyValuePairs<String, String> = ["token": token.text]
        if let name = texts.password?.name { fields = ["token": token.text, name: form[name] ?? ""] }
        let answer = await ask(texts.operation, fields)
        let reply = AdminReply(answer)
        guard reply.isDone else {
            if reply.code.hasSameBytes(as: ErrorCode.invalidLink.rawValue) { return refusedLink(reply) }
            return linkPage(page, texts, found, problems(of: reply, texts), reply.status)
        }
        visitor.cookies.append(shell.jar.setting(.link, to: nil))
        // A login and a completed registration open a session, which is this browser's.
        if let session = BrowsingSession(document: answer.body) { return try await enter(session) }
        return linkMessage(texts.title, texts.done, .ok)
    }

    /// `/account/forgot/`: asks for a link that sets a new password.
    mutating func askForPassword() async -> OutgoingResponse {
        let email = form?["email"] ?? ""
        guard form != nil else { return forgotPage(email, .none, .ok) }
        let reply = AdminReply(await ask("/api/password/reset/", ["email": email]))
        guard reply.isDone else { return forgotPage(email, problems(of: reply, nil), reply.status) }
        return linkMessage("Look into your mail", reply.detail, .ok)
    }

    mutating func noPage() -> OutgoingResponse {
        linkMessage("There is no such page", "The address of this page is not complete.", .notFound)
    }

    private func ask(_ path: String, _ fields: KeyValuePairs<String, String>) async -> OutgoingResponse {
        var call = visit.apiRequest(.post, path)
        // Problem documents have the code of a refusal.
        call.fields[.accept] = "application/problem+json"
        call.fields[.contentType] = BodyFormat.json.rawValue
        call.body = .json(fields)
        return await ask(call)
    }

    /// Logs the browser in by a session that a link has opened.
    private mutating func enter(_ session: BrowsingSession) async throws -> OutgoingResponse {
        if let old = visitor.session { _ = try await shell.end(old, visit, api) }
        let secret = BrowserSecret()
        (visitor.secret, visitor.session) = (secret, session)
        visitor.cookies += [
            shell.jar.setting(.browser, to: secret.text), shell.jar.setting(.session, to: session.cookie),
        ]
        return redirect(to: shell.home)
    }

    private func problems(of reply: AdminReply, _ texts: LinkTexts?) -> FormProblems {
        switch reply.status {
        case .tooManyRequests: FormProblems(["Too many attempts. Try again in \(reply.patience)."])
        case .serviceUnavailable: FormProblems(["The server is busy. Try again in \(reply.patience)."])
        case .unauthorized: FormProblems(["The password is not the one that you chose."])
        default: reply.problems
        }
    }

    private mutating func refusedLink(_ reply: AdminReply) -> OutgoingResponse {
        guard reply.isDone || reply.status == .badRequest else {
            let text = "The server cannot look at the link right now. Try again in \(reply.patience)."
            return linkMessage("Not now", text, reply.status)
        }
        visitor.cookies.append(shell.jar.setting(.link, to: nil))
        return linkMessage(
            "This link does not work", "It has expired or was used already. Ask for a new one.", .badRequest)
    }

    private mutating func accountFrame(_ title: String) -> Frame {
        var frame = frame()
        frame.title = title
        frame.styles = [.adminStylesheet]
        frame.loginLink = nil
        return frame
    }

    private mutating func linkMessage(_ title: String, _ text: String, _ status: HTTPResponse.Status)
        -> OutgoingResponse
    {
        let view = MessageView(frame: accountFrame(title), text: text, back: PageShell.login, backName: "Log in")
        return page(view.html, status, Self.headers)
    }

    private mutating func linkPage(
        _ page: LinkPage, _ texts: LinkTexts, _ found: AdminReply, _ problems: FormProblems,
        _ status: HTTPResponse.Status
    ) -> OutgoingResponse {
        let view = LinkView(
            frame: accountFrame(texts.title), path: page.path, texts: texts, email: found.document.text("email"),
            problems: problems)
        return self.page(view.html, status, Self.headers)
    }

    private mutating func forgotPage(
        _ email: String, _ problems: FormProblems, _ status: HTTPResponse.Status
    ) -> OutgoingResponse {
        let view = ForgotView(frame: accountFrame("Forgot your password?"), email: email, problems: problems)
        return page(view.html, status, Self.headers)
    }

    private static let headers: HTTPFields = [.referrerPolicy: "no-referrer", .cacheControl: "no-store"]
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
