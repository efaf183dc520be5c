// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore
package import OstiaryHTTP

/// The login of browsers on the hosts of applications: the parts of it that are pages.
package struct GateLogin: Sendable {
    let gate: GateService
    let hosts: GateHosts
    /// The URL under which clients reach this server, where they log in.
    let publicURL: String
    let now: WallClock

    package init(gate: GateService, hosts: GateHosts, publicURL: String, now: @escaping WallClock) {
        self.gate = gate
        self.hosts = hosts
        self.publicURL = publicURL
        self.now = now
    }

    /// The page on the host of the login that makes a ticket.
    static let ticketPath = "\(PageShell.login)gate/"

    /// A context for the calls of one request, which waits five seconds at most.
    func context(of visit: IncomingRequest) -> RequestContext {
        RequestContext(
            id: visit.id.description, actor: .client, deadline: ContinuousClock.now + .seconds(5), now: now())
    }
}

/// The cookies on the host of an application.
enum GateCookie: String {
    /// The sealed name of the session. Lax: a link of another site opens the application without another login.
    case pass = "gate"
    /// The state, which tells this browser from others. Lax: the way back begins on the host of the login.
    case state

    /// The seconds for which a browser keeps the cookie. The session itself decides how long the pass is good.
    private var lifetime: Int { self == .pass ? 2_592_000 : 600 }

    func name(on origin: Origin) -> String { "\(Self.isSecure(origin) ? "__Host-" : "")ostiary-\(rawValue)" }

    func setting(to value: String, on origin: Origin) -> HTTPField {
        let secure = Self.isSecure(origin) ? "; Secure" : ""
        return HTTPField(
            name: .setCookie,
            value: "\(name(on: origin))=\(value); Path=/; HttpOnly; Max-Age=\(lifetime); SameSite=Lax\(secure)")
    }

    private static func isSecure(_ origin: Origin) -> Bool { origin.description.hasBytePrefix("https://") }
}
