// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension PageRequest {
    /// `/admin/setup/`: opening the page uses nothing; only its form makes the account.
    mutating func setUp() async throws -> OutgoingResponse {
        guard let form else {
            let token = FormURLEncoded.pairs("v=\(visit.query("token") ?? "")".utf8).first?.value ?? ""
            return setupPage(token.isEmpty ? nil : token, email: "", .none, .ok)
        }
        let (token, email, password) = (form["token"] ?? "", form["email"] ?? "", form["password"] ?? "")
        let reply = await AdminClient(self).ask(
            .post, AdminAPI.setup, ["token": .init(token), "email": .init(email), "password": .init(password)])
        guard reply.isDone else { return setupPage(token, email: email, Self.problems(of: reply), reply.status) }
        let login = try await logIn(email, password: password)
        guard login.status == .ok else {
            return redirect(
                to: "\(PageShell.login)?next=\(percentEncoded(AdminSection.root))",
                saying: AdminNotice(.accountReady).notice)
        }
        return redirect(to: AdminSection.root, saying: AdminNotice(.welcome).notice)
    }

    private mutating func setupPage(
        _ token: String?, email: String, _ problems: FormProblems, _ status: HTTPResponse.Status
    ) -> OutgoingResponse {
        var frame = frame()
        frame.title = "Set up the server"
        frame.styles = [.adminStylesheet]
        frame.loginLink = nil
        return page(SetupView(frame: frame, token: token, email: email, problems: problems).html, status)
    }

    private static func problems(of reply: AdminReply) -> FormProblems {
        let isOfFields = ["email", "password"].contains { !reply.problems[$0].isEmpty }
        switch reply.status {
        case .badRequest where isOfFields: return reply.problems
        case .tooManyRequests: return FormProblems(["Too many attempts. Try again in \(reply.patience)."])
        case .serviceUnavailable:
            return FormProblems(["The server cannot reach its database right now. Try again in \(reply.patience)."])
        default:
            return FormProblems([
                """
                This link no longer works: it has expired, it was used, or there is an administrator already. Restart the \
                server for a new link, or run ostiary createsuperuser.
                """
            ])
        }
    }
}
