// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The visit of a member of the staff. Each page is a method of it, beside its view.
struct AdminVisit {
    private(set) var request: PageRequest
    let own: OwnRights
    /// The content around the page's own.
    var frame: Frame

    var form: PageForm? { request.form }
    private var client: AdminClient { AdminClient(request) }

    init(_ request: PageRequest, own: OwnRights) {
        self.request = request
        self.own = own
        frame = Frame()
    }

    /// - Parameter route: the page; nil for a path without one.
    mutating func answer(_ route: AdminRoute?) async throws -> OutgoingResponse {
        takeFrame(in: route?.section)
        if let password = form?.ownPassword {
            let reply = try await request.logIn(own.email, password: password)
            guard reply.status == .ok else { return confirm(reply) }
            takeFrame(in: route?.section)
        }
        do {
            guard let route else { throw AdminRefusal.notFound }
            guard own.allows(route.section.permission) || route == .addUser || route == .addGroup else {
                frame.crumbs = []
                throw AdminRefusal.forbidden
            }
            return try await page(route)
        } catch let refusal as AdminRefusal {
            return page(of: refusal.reply)
        }
    }

    private mutating func page(_ route: AdminRoute) async throws -> OutgoingResponse {
        switch route {
        case .section(.overview): try await overview()
        case .section(.users): try await users()
        case .section(.sessions): try await sessions()
        case .section(.settings): try await settings()
        case .section(.groups): try await groups()
        case .section(.audit): try await audit()
        case .addUser: try await addUser()
        case .user(let id): try await user(id)
        case .userPassword(let id): try await password(of: id)
        case .userDeletion(let id): try await deletion(of: id)
        case .userActions: try await userActions()
        case .setting(let name): try await setting(name)
        case .addGroup: try await addGroup()
        case .group(let id): try await group(id)
        case .groupDeletion(let id): try await groupDeletion(id)
        case .setup: throw AdminRefusal.notFound
        }
    }

    private mutating func takeFrame(in section: AdminSection?) {
        let notice = frame.notice
        frame = request.frame()
        frame.notice = frame.notice ?? notice
        frame.dress(for: own, in: section)
    }

    // MARK: Asking

    func ask(_ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil) async -> AdminReply {
        await client.ask(method, target, body)
    }

    /// Asks for a document.
    /// - Throws: ``AdminRefusal`` for every answer but 200.
    func read(_ target: String) async throws -> JSONObject {
        let reply = await ask(.get, target)
        guard reply.status == .ok else { throw AdminRefusal(reply: reply) }
        return reply.document
    }

    /// - Throws: ``AdminRefusal/forbidden`` if the visitor lacks the right.
    func demand(_ permission: Permission) throws {
        guard own.allows(permission) else { throw AdminRefusal.forbidden }
    }

    // MARK: Answering

    func show(_ html: HTML, _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]) -> OutgoingResponse {
        request.page(html, status, headers)
    }

    func leave(to path: String, _ notice: AdminNotice? = nil) -> OutgoingResponse {
        request.redirect(to: path, saying: notice?.notice)
    }

    /// The page in front of something that demands a password given a short time ago.
    /// - Parameter refusal: the answer to a wrong password; nil if none was given yet.
    func confirm(_ refusal: OutgoingResponse? = nil) -> OutgoingResponse {
        let view = ConfirmView(
            frame: frame.titled("Confirm that it is you"), action: request.visit.target, email: own.email,
            carried: Carried(form),
            failure: refusal.map { $0.status == .unauthorized ? "The password is wrong." : PageShell.failure($0) })
        var headers = HTTPFields()
        headers[.retryAfter] = refusal?.fields[.retryAfter]
        return show(view.html, refusal?.status ?? .forbidden, headers)
    }

    /// The page of a refusal.
    private func page(of reply: AdminReply) -> OutgoingResponse {
        switch (reply.status, reply.code) {
        case (.unauthorized, _): return request.loginFirst()
        case (.forbidden, "fresh_login_required"): return confirm()
        default: break
        }
        let view = RefusalView(
            frame: frame, reply: reply, isForm: form != nil, action: request.visit.target, carried: Carried(form))
        var headers = HTTPFields()
        headers[.retryAfter] = reply.retryAfter
        return show(view.html, reply.status, headers)
    }
}

extension Frame {
    /// Gives the frame what all pages of the administration have.
    mutating func dress(for own: OwnRights, in section: AdminSection?) {
        styles = [.adminStylesheet]
        navigation = AdminSection.allCases.filter { own.allows($0.permission) }
            .map { NavigationLink($0.name, to: $0.path) }
        self.section = section?.path
        crumbs = section.map { $0 == .overview ? [] : [$0.crumb] } ?? []
    }

    func titled(_ title: String) -> Frame {
        var frame = self
        frame.title = title
        return frame
    }

    /// - Parameter title: the title of a section's first page, which stands below no other page.
    func heading(_ title: String) -> Frame {
        var frame = titled(title)
        frame.crumbs = []
        return frame
    }

    /// - Parameter further: the pages between the section and the page itself.
    func titled(_ title: String, below further: Crumb...) -> Frame {
        var frame = titled(title)
        frame.crumbs += further
        return frame
    }
}
