// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
package import OstiaryCore

/// Answers proxies that ask if a request may pass (docs/features/gate.md), and leaves all other requests to the pages and
/// the API.
///
/// It answers 204, 401 or 403, at the second path 303 to browsers, and 5xx if it cannot tell. nginx asks the
/// first path, since it makes 500 of a 303.
package struct GateResponder: Responder {
    private let base: FrontResponder
    let api: APIResponder
    let gate: GateService
    let hosts: GateHosts
    /// nil on a server without pages: nobody can log in by a browser.
    let browsers: (any BrowserSessions)?
    let remoteUser: GateRemoteUser
    let renewals = BrowserRenewals()
    private let isDraining: @Sendable () -> Bool
    private let paths: [(path: String, metrics: ResourceMetrics)]
    /// The status line and the constant header fields of 204.
    private let start: ByteBuffer

    /// - Parameters:
    ///   - api: judges access tokens and permissions.
    ///   - hosts: the hosts of this server and of applications.
    ///   - browsers: the sessions of browsers; nil on a server without pages.
    ///   - remoteUser: the value of `Remote-User`.
    ///   - isDraining: true to close the connection after each answer.
    package init(
        _ base: FrontResponder, api: APIResponder, gate: GateService, hosts: GateHosts,
        browsers: (any BrowserSessions)?, remoteUser: GateRemoteUser,
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        self.base = base
        self.api = api
        self.gate = gate
        self.hosts = hosts
        self.browsers = browsers
        self.remoteUser = remoteUser
        self.isDraining = isDraining
        self.paths = GateController.operations.map { ($0.path, ResourceMetrics(name: $0.name)) }
        var start = ByteBuffer()
        start.writeStatusLine(.noContent)
        for field in Self.headers { start.writeField(field.name.rawName, field.value) }
        self.start = start
    }

    // The methods are those of the description, though every other one is judged as well.
    private static let (allow, vary) = ("GET, HEAD, OPTIONS", "Authorization, Cookie")
    private static let headers = AnswerHeaders.common(allow: allow, vary: vary)

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        guard let place = place(of: request.path) else { return await base.respond(to: request) }
        let start = ContinuousClock.now
        var response: OutgoingResponse
        do {
            response = OutgoingResponse(.noContent, Self.headers)
            let permit = try await permit(for: request, in: api.context(of: request, since: start))
            for (name, value) in permit.fields {
                if let name = HTTPField.Name(name) { response.fields.append(HTTPField(name: name, value: value)) }
            }
            if let cookie = permit.cookie { response.fields.append(cookie) }
            response.fields[.xRequestID] = request.id.description
        } catch {
            response = await answer(
                error, to: request, leads: paths[place].path.hasSameBytes(as: GateController.loginPath))
        }
        if isDraining() { response.fields[.connection] = "close" }
        paths[place].metrics.record(response.status, since: start)
        return response
    }

    /// The permit of a request, from memory alone.
    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        guard request.head.uri.hasBytePrefix("/api/authorize") else { return base.immediateResponse(to: request) }
        guard let place = place(of: request.path), !isDraining(), Framing.namesHost(request.head) else { return nil }
        let start = ContinuousClock.now
        guard let fields = rememberedFields(of: request) else { return nil }
        let answer = EncodedResponse(self.start, id: request.id, fields: fields)
        paths[place].metrics.record(.noContent, since: start)
        return answer
    }

    package func wait(before request: IncomingRequest) -> RequestWait? { base.wait(before: request) }

    package func owns(_ path: Substring) -> Bool { place(of: path) != nil || base.owns(path) }

    /// The path with placeholders for what clients choose; nil for an unknown path.
    package func template(of path: Substring) -> String? {
        place(of: path).map { paths[$0].path } ?? base.template(of: path)
    }

    private func place(of path: Substring) -> Int? {
        paths.firstIndex { own in
            path.hasSameBytes(as: own.path) || path.hasSameBytes(as: own.path.dropLast())
        }
    }

    /// The refusal of a request, with the way to log in.
    private func answer(_ error: any Error, to request: IncomingRequest, leads: Bool) async -> OutgoingResponse {
        if error is Overloaded || error is Throttled { try? await Task.sleep(for: api.refusals.next()) }
        var refusal = error as? Refusal ?? api.refusal(error, of: request)
        // A proxy can do nothing with 429, and a client that waits has done nothing wrong.
        if refusal.code == .throttled { refusal = .unavailable(retryAfter: 1) }
        let login = refusal.status == .unauthorized ? self.login(for: request, after: refusal) : nil
        if let login { refusal.headers[.location] = login }
        var writer = AnswerWriter(isHead: request.method == .head, requestID: request.id)
        writer.prefersProblem = Negotiation.prefersProblem(accept: request[.accept])
        var response = writer.write(refusal, resource: nil)
        (response.fields[.allow], response.fields[.vary]) = (Self.allow, Self.vary)
        if leads, login != nil, request.isNavigation { response.status = .seeOther }
        return response
    }

    /// The address by which a browser logs in and comes back: always a path of the host that it has asked.
    private func login(for request: IncomingRequest, after refusal: Refusal) -> String? {
        guard let browsers else { return nil }
        let back = FormURLEncoded.encoded(GateReturn(of: request).path)
        switch hosts.place(of: request) {
        case .own: return "\(browsers.login)?back=\(back)"
        case .other:
            let age =
                refusal.code == .insufficientAuthentication ? try? GateDemand(target: request.target).maximumAge : nil
            return "\(GateSteps.start)?to=\(back)\(age.map { "&max_age=\($0)" } ?? "")"
        case .unknown: return nil
        }
    }
}

/// The paths of the login across hosts.
package enum GateSteps {
    /// The first part of the paths that a proxy passes here on the hosts of applications.
    package static let folder = "/.ostiary/"
    package static let start = "\(folder)start"
    package static let finish = "\(folder)finish"
}

extension IncomingRequest {
    /// True if a browser opens a page (Fetch §3.2.4), by its own word or by what it accepts.
    fileprivate var isNavigation: Bool {
        if let mode = self[.secFetchMode] { return mode.matches("navigate") }
        return self[values: .accept].contains { value in
            value.listMembers.contains { ParameterizedValue($0).value.matches("text/html") }
        }
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    fileprivate static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode")!
    static let xForwardedMethod = HTTPField.Name("X-Forwarded-Method")!
    static let xOriginalMethod = HTTPField.Name("X-Original-Method")!
}
