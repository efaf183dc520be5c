// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes
import OstiaryCore
import Synchronization

/// The sessions that the pages keep in browsers' cookies, for the gate.
package protocol BrowserSessions: Sendable {
    /// The path of the login page, as clients see it.
    var login: String { get }

    /// - Returns: the session in the cookies of a request; nil if there is none.
    func session(of request: IncomingRequest) -> BrowserSession?
    /// Gets the next tokens of a session. All requests of one browser that do it at once get the same ones.
    func renew(_ session: BrowserSession, of request: IncomingRequest, api: InProcessAPI) async -> BrowserRenewal
    /// The name and value of a cookie of a pass on another host; nil if the request has none.
    func pass(of request: IncomingRequest, on origin: Origin) -> String?
}

/// The tokens in a browser's cookies.
package struct BrowserSession: Sendable {
    /// The access token, which may have expired.
    package let access: String
    package let refresh: String
    /// The key by which requests of this browser get the same next tokens.
    package let idempotencyKey: String

    package init(access: String, refresh: String, idempotencyKey: String) {
        self.access = access
        self.refresh = refresh
        self.idempotencyKey = idempotencyKey
    }

    /// Names the browser with its refresh token.
    fileprivate var key: String { "\(refresh)~\(idempotencyKey)" }
}

/// The outcome of a renewal.
package enum BrowserRenewal: Sendable {
    /// - Parameters:
    ///   - access: the next access token.
    ///   - cookie: the cookie with the next tokens. A browser that never gets it goes on with the tokens that it has.
    case renewed(access: String, cookie: HTTPField)
    /// The session has ended.
    case ended
    /// The server cannot tell now.
    case unavailable
}

/// The next access tokens of browsers whose own have expired.
///
/// A proxy need not pass on the gate's cookie, so a browser may come with the old tokens again and again: each gets the
/// same successor, by the idempotency key of the browser. One request asks for it, and all others wait for that one.
final class BrowserRenewals: Sendable {
    private struct State {
        var known = BoundedCache<String, String>(capacity: 10_000)
        var running: [String: Task<BrowserRenewal, Never>] = [:]
    }

    private let state = Mutex(State())

    /// The last access token that a browser has got in this way; nil for none. It may have expired, too.
    func access(of session: BrowserSession) -> String? { state.withLock { $0.known.value(for: session.key) } }

    func renew(
        _ session: BrowserSession, _ work: @escaping @Sendable () async -> BrowserRenewal
    ) async -> BrowserRenewal {
        let key = session.key
        let task = state.withLock { state in
            if let running = state.running[key] { return running }
            let task = Task { [self] in
                let outcome = await work()
                self.state.withLock { state in
                    if case .renewed(let access, _) = outcome { state.known.insert(access, for: key) }
                    state.running[key] = nil
                }
                return outcome
            }
            state.running[key] = task
            return task
        }
        return await task.value
    }
}
