// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
package import OstiaryHTTP

extension PageShell: BrowserSessions {
    package var login: String { path + Self.login }

    package func session(of request: IncomingRequest) -> BrowserSession? {
        guard let secret = jar.value(.browser, in: request).flatMap(BrowserSecret.init),
            let session = jar.value(.session, in: request).flatMap(BrowsingSession.init(cookie:))
        else { return nil }
        return BrowserSession(
            access: session.access, refresh: session.refresh, idempotencyKey: secret.idempotencyKey(of: session.refresh)
        )
    }

    package func renew(
        _ session: BrowserSession, of request: IncomingRequest, api: InProcessAPI
    ) async -> BrowserRenewal {
        var call = request.renewal(of: session.refresh, key: session.idempotencyKey)
        // The gate has judged the origin of the request, which is one to another program.
        for name in [HTTPField.Name.origin, .secFetchSite] { call.fields[name] = nil }
        let reply = await api.ask(call)
        switch reply.status {
        case .ok:
            guard let renewed = BrowsingSession(document: reply.body) else { return .unavailable }
            return .renewed(access: renewed.access, cookie: jar.setting(.session, to: renewed.cookie))
        case .badRequest: return .ended
        default: return .unavailable
        }
    }

    package func pass(of request: IncomingRequest, on origin: Origin) -> String? {
        CookieJar.value(named: GateCookie.pass.name(on: origin), in: request)
    }
}

extension IncomingRequest {
    /// The request for the next tokens of a browser's session.
    func renewal(of refreshToken: String, key: String) -> APIRequest {
        var call = apiRequest(RefreshController.operation)
        call.fields[.contentType] = BodyFormat.json.rawValue
        call.fields[.idempotencyKey] = key
        call.body = .json(["refresh_token": refreshToken])
        return call
    }
}
