// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
package import OstiaryHTTP

/// The pages for operators: users, sessions, settings, groups and the audit log. They are a client of the JSON API below
/// `/api/admin/` in this process, so they can do nothing that the API does not allow.
package struct AdminSite: Site {
    /// The connections over which the pages are served.
    package enum Access: Sendable {
        /// Connections on which nobody else reads along.
        case on
        /// All connections, plain http included.
        case insecure
    }

    private let access: Access
    private let isSecure: @Sendable (IncomingRequest) -> Bool

    package let prefix = AdminSection.root
    package let navigation: [NavigationLink] = []

    /// - Parameters:
    ///   - access: the connections over which the pages are served.
    ///   - isSecure: true for a request that came by https, or from this machine.
    package init(access: Access, isSecure: @escaping @Sendable (IncomingRequest) -> Bool) {
        self.access = access
        self.isSecure = isSecure
    }

    /// Everybody is admitted, since the site answers strangers and others itself.
    package func admits(_ visitor: PageSession) -> Bool { true }

    package func navigation(for visitor: PageSession) -> [NavigationLink] {
        visitor.isStaff ? [NavigationLink("Admin", to: AdminSection.root)] : []
    }

    package func notice(coded code: String) -> Notice? { AdminNotice(code: code)?.notice }

    package func loginHint(_ visit: IncomingRequest, api: InProcessAPI) async -> LoginHint? {
        let reply = AdminReply(await api.ask(visit.apiRequest(.get, AdminAPI.setup)))
        guard reply.isDone, reply.document["has_superuser"] == .bool(false) else { return nil }
        return LoginHint(
            """
            This server has no administrator yet. Open the link that the server has made for the first one – it is on its \
            terminal or in the file `setup-link` of its data directory – or run `ostiary createsuperuser`.
            """)
    }

    package func answer(_ request: inout PageRequest) async throws -> OutgoingResponse {
        guard access == .insecure || isSecure(request.visit) else { return request.insecure() }
        let isRead = [.get, .head].contains(request.visit.method)
        guard isRead || request.form != nil else { return request.notAForm() }
        let route = AdminRoute(path: request.visit.pagePath)
        if route == .setup { return try await request.setUp() }
        // A cookie without a profile belongs to a session that the API could not look up.
        guard request.visitor.profile != nil || request.visitor.session != nil else { return request.loginFirst() }
        guard request.visitor.profile != nil else { return request.unavailable() }
        let client = AdminClient(request)
        let reply = await client.ask(.get, AdminAPI.me)
        switch reply.status {
        case .ok: break
        case .unauthorized: return request.loginFirst()
        case .forbidden: return request.notStaff()
        default: return request.unavailable(reply)
        }
        var visit = AdminVisit(request, own: OwnRights(reply.document))
        return try await visit.answer(route)
    }
}
