// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The user of a browser, as its cookies identify them.
package struct PageSession: Sendable {
    struct Profile: Sendable {
        let email: String
        let isStaff: Bool
    }

    var secret: BrowserSecret?
    var session: BrowsingSession?
    /// The user's profile; nil if the browser is not logged in, and while the API cannot tell.
    var profile: Profile?
    /// A sentence about the session that its user should read; nil for none.
    var notice: String?
    /// The cookies to send with the page.
    var cookies: [HTTPField] = []

    /// True for a member of the staff.
    package var isStaff: Bool { profile?.isStaff == true }
}

/// Identifies the user of a browser, and refreshes the browser's tokens.
struct PageAuthenticator: Sendable {
    let jar: CookieJar
    /// True for the access token of a member of the staff.
    let isStaff: @Sendable (String) async -> Bool

    func visitor(_ visit: IncomingRequest, api: InProcessAPI) async throws -> PageSession {
        let secret = jar.value(.browser, in: visit).flatMap(BrowserSecret.init)
        var visitor = PageSession(secret: secret)
        guard let secret, let session = jar.value(.session, in: visit).flatMap(BrowsingSession.init(cookie:)) else {
            return visitor
        }
        visitor.session = session
        try await identify(&visitor, secret, visit, api)
        return visitor
    }

    /// Identifies the user again after a request that may have ended the session or changed the account.
    func look(again visitor: inout PageSession, _ visit: IncomingRequest, api: InProcessAPI) async throws {
        guard let secret = visitor.secret, visitor.profile != nil else { return }
        try await identify(&visitor, secret, visit, api)
    }

    private func identify(
        _ visitor: inout PageSession, _ secret: BrowserSecret, _ visit: IncomingRequest, _ api: InProcessAPI
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
            visitor.notice = "The server cannot check your login right now."
            return
        }
        visitor.profile = PageSession.Profile(email: email.text, isStaff: await isStaff(session.access))
    }

    private func me(_ session: BrowsingSession, _ visit: IncomingRequest, _ api: InProcessAPI) async throws
        -> OutgoingResponse
    {
        var call = visit.apiRequest(ProfileController.showing)
        call.fields[.authorization] = "Bearer \(session.access)"
        return await api.ask(call)
    }

    private func refresh(
        _ session: BrowsingSession, _ secret: BrowserSecret, _ visitor: inout PageSession, _ visit: IncomingRequest,
        _ api: InProcessAPI
    ) async throws -> BrowsingSession? {
        let call = visit.renewal(of: session.refresh, key: secret.idempotencyKey(of: session.refresh))
        let reply = await api.ask(call)
        visitor.profile = nil
        if reply.status == .ok, let renewed = BrowsingSession(document: reply.body) {
            visitor.session = renewed
            visitor.cookies = [jar.setting(.session, to: renewed.cookie)]
            return renewed
        }
        if reply.status == .badRequest {
            visitor.session = nil
            visitor.cookies = [jar.setting(.session, to: nil)]
            visitor.notice = "Your session has ended."
        } else {
            visitor.notice = "The server cannot renew your session right now. You are still logged in."
        }
        return nil
    }
}

extension IncomingRequest {
    /// The path without its query.
    var pagePath: String { String(path) }

    /// A request to an operation whose path has no placeholder, on the browser's behalf.
    func apiRequest(_ operation: APIOperation) -> APIRequest { apiRequest(operation.method, operation.path) }

    /// A request to the JSON API on the browser's behalf: from the browser's address, but without its cookies.
    func apiRequest(_ method: HTTPRequest.Method, _ target: String) -> APIRequest {
        var fields: HTTPFields = [.accept: BodyFormat.json.rawValue]
        for name in Self.passedOn {
            for value in self[values: name] { fields.append(HTTPField(name: name, value: value)) }
        }
        return APIRequest(method, target, fields: fields)
    }

    /// The request headers that identify the client and its origin.
    private static let passedOn: [HTTPField.Name] = [.userAgent, .forwardedFor, .origin, .secFetchSite]
}

extension OutgoingResponse {
    /// The body as JSON; nil if it is not JSON.
    var document: JSONValue? { try? JSONReader.read(body) }
}

extension IncomingRequest.Body {
    /// A JSON object of strings.
    static func json(_ members: KeyValuePairs<String, String>) -> IncomingRequest.Body {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in members {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return .bytes(writer.bytes)
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let link = HTTPField.Name("Link")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
