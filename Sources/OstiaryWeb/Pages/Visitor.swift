// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// Somebody who sits before a browser, as far as its cookies tell.
public struct Visitor: Sendable {
    struct Profile: Sendable {
        let email: String
        let isStaff: Bool
    }

    var secret: BrowserSecret?
    var session: BrowsingSession?
    /// nil for strangers, and while the API cannot say.
    var profile: Profile?
    /// What became of the session, where its user should know.
    var notice: String?
    /// To be sent with the page.
    var cookies: [HTTPField] = []

    /// True for a member of the staff.
    public var isStaff: Bool { profile?.isStaff == true }
}

/// Finds out who a browser belongs to, and keeps it logged in.
struct Reception: Sendable {
    let jar: CookieJar
    /// Whether an access token is that of a member of the staff.
    let isStaff: @Sendable (String) async -> Bool

    func visitor(_ visit: Visit, api: InProcessAPI) async throws -> Visitor {
        let headers = visit.request.headerFields
        let secret = jar.value(.browser, in: headers).flatMap(BrowserSecret.init)
        var visitor = Visitor(secret: secret)
        guard let secret, let session = jar.value(.session, in: headers).flatMap(BrowsingSession.init(cookie:)) else {
            return visitor
        }
        visitor.session = session
        try await identify(&visitor, secret, visit, api)
        return visitor
    }

    /// Asks once more, after a request that may have ended the session or changed its user.
    func look(again visitor: inout Visitor, _ visit: Visit, api: InProcessAPI) async throws {
        guard let secret = visitor.secret, visitor.profile != nil else { return }
        try await identify(&visitor, secret, visit, api)
    }

    private func identify(
        _ visitor: inout Visitor, _ secret: BrowserSecret, _ visit: Visit, _ api: InProcessAPI
    ) async throws {
        guard let session = visitor.session else { return }
        var reply = try await me(session, visit, api)
        if reply.status == .unauthorized {
            guard let renewed = try await refresh(session, secret, &visitor, visit, api) else { return }
            reply = try await me(renewed, visit, api)
        }
        visitor.profile = nil
        guard reply.status == .ok, let session = visitor.session, case .object(let me)? = reply.document,
            case .string(let email)? = me["email"]
        else {
            visitor.notice = "Who is logged in here cannot be looked up just now."
            return
        }
        visitor.profile = Visitor.Profile(email: email.text, isStaff: await isStaff(session.access))
    }

    private func me(_ session: BrowsingSession, _ visit: Visit, _ api: InProcessAPI) async throws -> Reply {
        var request = visit.apiRequest(ProfileController.showing)
        request.headerFields[.authorization] = "Bearer \(session.access)"
        return try await api.ask(request)
    }

    private func refresh(
        _ session: BrowsingSession, _ secret: BrowserSecret, _ visitor: inout Visitor, _ visit: Visit,
        _ api: InProcessAPI
    ) async throws -> BrowsingSession? {
        var request = visit.apiRequest(RefreshController.operation)
        request.headerFields[.contentType] = BodyFormat.json.rawValue
        request.headerFields[.idempotencyKey] = secret.idempotencyKey(of: session.refresh)
        let reply = try await api.ask(request, body: .json(["refresh_token": session.refresh]))
        visitor.profile = nil
        if reply.status == .ok, let renewed = BrowsingSession(document: reply.body) {
            visitor.session = renewed
            visitor.cookies = [jar.setting(.session, to: renewed.cookie)]
            return renewed
        }
        if reply.status == .badRequest {
            visitor.session = nil
            visitor.cookies = [jar.setting(.session, to: nil)]
            visitor.notice = "The session that this browser was logged in with has ended."
        } else {
            visitor.notice = "The session of this browser cannot be renewed just now; it is kept."
        }
        return nil
    }
}

extension Visit {
    /// The same for an operation whose path has nothing to fill in.
    func apiRequest(_ operation: APIOperation) -> HTTPRequest { apiRequest(operation.method, operation.path) }

    /// A request of the JSON API on this browser's behalf: from the same client, but without cookies.
    func apiRequest(_ method: HTTPRequest.Method, _ target: String) -> HTTPRequest {
        var headers = HTTPFields()
        for field in request.headerFields where Self.passedOn.contains(field.name) { headers.append(field) }
        headers[.accept] = BodyFormat.json.rawValue
        return HTTPRequest(
            method: method, scheme: request.scheme, authority: request.authority, path: target, headerFields: headers
        )
    }

    /// Who asks, and from where.
    private static let passedOn: Set<HTTPField.Name> = [.userAgent, .forwardedFor, .origin, .secFetchSite]
}

extension Reply {
    /// The body where it is JSON.
    var document: JSONValue? { try? JSONReader.read(body) }
}

extension [UInt8] {
    /// An object of texts.
    static func json(_ members: KeyValuePairs<String, String>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in members {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
