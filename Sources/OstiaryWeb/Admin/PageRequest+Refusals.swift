// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// The answers to visitors who do not get as far as a page of the administration.
extension PageRequest {
    /// Leads a stranger to the login, and back afterwards.
    func loginFirst() -> OutgoingResponse {
        let isRead = [.get, .head].contains(visit.method)
        // The page that a form was sent from is at the form's own path, but for forms of many rows.
        let back = isRead ? visit.target : visit.pagePath
        let next = AdminRoute(path: back) == .userActions ? AdminSection.users.path : back
        let isEnded = visitor.notice != nil
        return redirect(to: "\(PageShell.login)?next=\(percentEncoded(next))", saying: isEnded ? .sessionEnded : nil)
    }

    mutating func notStaff() -> OutgoingResponse {
        message(
            "For staff only", .forbidden,
            "You are logged in as \(visitor.profile?.email ?? "somebody") and these pages are for staff. Nothing was done.",
            back: "\(PageShell.login)?next=\(percentEncoded(AdminSection.root))", called: "Log in with another account")
    }

    mutating func insecure() -> OutgoingResponse {
        message(
            "Not over plain http", .forbidden,
            """
            The administration would send passwords and cookies over a connection that others can read, so it is not served \
            here. Reach the server by https and start it with --public-url https://…, or give it a certificate; on the \
            server's own machine http://localhost works too. In a lab without secrets, --admin insecure serves the pages all \
            the same.
            """,
            back: "/", called: "To the start page")
    }

    mutating func unavailable(_ reply: AdminReply? = nil) -> OutgoingResponse {
        var headers = HTTPFields()
        headers[.retryAfter] = reply?.retryAfter
        return message(
            "Not available right now", reply?.status == .tooManyRequests ? .tooManyRequests : .serviceUnavailable,
            "The server cannot check your login at the moment, so nothing was done. Try again in \(reply?.patience ?? "a few seconds").",
            back: visit.pagePath, called: "Try again", headers)
    }

    mutating func notAForm() -> OutgoingResponse {
        message(
            "Not a form of these pages", .methodNotAllowed,
            "The pages take links and their own forms only, so nothing was done. Programs use the API.",
            back: AdminSection.root, called: "To the administration", [.allow: "GET, HEAD, POST"])
    }

    mutating func message(
        _ title: String, _ status: HTTPResponse.Status, _ text: String, back: String, called name: String,
        _ headers: HTTPFields = [:]
    ) -> OutgoingResponse {
        var frame = frame(givesSecret: visit.method != .post)
        frame.title = title
        return page(MessageView(frame: frame, text: text, back: back, backName: name).html, status, headers)
    }
}
