// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension GateResponder {
    /// The header fields and the next cookie of a request that may pass.
    struct Permit {
        let fields: [(name: String, value: String)]
        /// The next cookie of a browser whose tokens were renewed.
        var cookie: HTTPField?
    }

    /// The credentials of a request: the token of a program, or a cookie of a browser.
    private enum Credentials {
        case bearer
        case session(BrowserSession)
        case pass(String, Origin)

        /// True for a cookie, which a browser sends whoever has made the request.
        var isCookie: Bool { if case .bearer = self { false } else { true } }
    }

    /// - Throws: ``Refusal``, or an error of a store.
    func permit(for request: IncomingRequest, in context: RequestContext) async throws -> Permit {
        guard request.target.isASCII else { throw Refusal.permissionDenied }
        let demand = try GateDemand(target: request.target)
        let credentials = credentials(of: request)
        if credentials.isCookie { try judgeOrigin(of: request) }
        let (identity, cookie) = try await identity(by: credentials, of: request, in: context)
        request.witness?.note(identity.user.id)
        let own = context.by(.user(identity))
        for permission in demand.permissions {
            _ = try await api.rights(for: .permission(permission), identity, in: own)
        }
        try demand.judgeLogin(of: identity, at: context.now)
        let groups = try await gate.groups(of: identity.user.id, in: own)
        return Permit(
            fields: GateHeaders.fields(of: identity, groups: groups, remoteUser: remoteUser), cookie: cookie)
    }

    /// - Returns: the fields of the answer; nil unless memory knows everything and the request may pass.
    func rememberedFields(of request: IncomingRequest) -> [(name: String, value: String)]? {
        // An answer to a request with an origin may need further headers.
        guard request.target.isASCII, !request.contains(.origin), let demand = try? GateDemand(target: request.target),
            demand.permissions.isEmpty
        else { return nil }
        let credentials = credentials(of: request)
        if credentials.isCookie { guard (try? judgeOrigin(of: request)) != nil else { return nil } }
        let identity: Identity? =
            switch credentials {
            case .bearer:
                (try? BearerToken.read(from: request)).flatMap { api.identity.remembered(bearer: $0) }
            case .session(let session):
                api.identity.remembered(bearer: session.access)
                    ?? renewals.access(of: session).flatMap { api.identity.remembered(bearer: $0) }
            case .pass(let text, let origin): gate.remembered(pass: text, for: origin.description)
            }
        guard let identity, (try? demand.judgeLogin(of: identity, at: api.now())) != nil,
            let groups = gate.rememberedGroups(of: identity.user.id)
        else { return nil }
        request.witness?.note(identity.user.id)
        return GateHeaders.fields(of: identity, groups: groups, remoteUser: remoteUser)
    }

    /// An `Authorization` header speaks alone. Each cookie counts on its own host only.
    private func credentials(of request: IncomingRequest) -> Credentials {
        guard !request.contains(.authorization), let browsers else { return .bearer }
        switch hosts.place(of: request) {
        case .own: return browsers.session(of: request).map(Credentials.session) ?? .bearer
        case .other(let origin):
            return browsers.pass(of: request, on: origin).map { .pass($0, origin) } ?? .bearer
        case .unknown: return .bearer
        }
    }

    /// - Throws: ``Refusal`` of 403 for a method that may change something, unless a page of the asked host has sent the
    ///   request.
    private func judgeOrigin(of request: IncomingRequest) throws(Refusal) {
        let named = request[values: .xForwardedMethod] + request[values: .xOriginalMethod]
        let isSafe =
            !request.method.isUnsafe
            && named.allSatisfy { name in
                ["GET", "HEAD", "OPTIONS"].contains { name.hasSameBytes(as: $0) }
            }
        guard isSafe || hosts.isFromPage(of: hosts.place(of: request), request) else { throw .otherOrigin }
    }

    private func identity(
        by credentials: Credentials, of request: IncomingRequest, in context: RequestContext
    ) async throws -> (Identity, HTTPField?) {
        switch credentials {
        case .bearer: return (try await api.authenticate(request, in: context), nil)
        case .pass(let text, let origin):
            do {
                return (try await gate.identity(pass: text, for: origin.description, in: context), nil)
            } catch let error as AccessTokenError {
                throw Refusal.bearer(.token(error))
            }
        case .session(let session):
            do {
                return try await identity(by: session, of: request, in: context)
            } catch let error as AccessTokenError {
                throw Refusal.bearer(.token(error))
            }
        }
    }

    private func identity(
        by session: BrowserSession, of request: IncomingRequest, in context: RequestContext
    ) async throws -> (Identity, HTTPField?) {
        for token in [session.access, renewals.access(of: session)].compactMap({ $0 }) {
            do {
                return (try await api.identity.identity(bearer: token, in: context), nil)
            } catch let error as AccessTokenError {
                // A token that has expired, or whose key was revoked, is no reason to log anybody out.
                guard [.expired, .malformed, .refused].contains(error) else { throw error }
            }
        }
        guard try await !gate.isOver(refreshToken: session.refresh, in: context) else {
            throw AccessTokenError.sessionEnded
        }
        let outcome = await renewals.renew(session) { [api, browsers] in
            await browsers?.renew(session, of: request, api: InProcessAPI(responder: api, visit: request)) ?? .ended
        }
        switch outcome {
        case .renewed(let access, let cookie):
            return (try await api.identity.identity(bearer: access, in: context.at(api.now())), cookie)
        case .ended: throw AccessTokenError.sessionEnded
        case .unavailable: throw Refusal.unavailable(retryAfter: 1)
        }
    }
}
