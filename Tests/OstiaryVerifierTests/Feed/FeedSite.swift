// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifierTestSupport

/// A server whose feed a test breaks.
final class FeedSite: Sendable {
    /// An answer in the place of the right one.
    enum Fault: Sendable {
        case status(Int)
        case cut
        case hang
        /// A page that came before, once more.
        case again
        /// A page that was made five minutes ago.
        case delayed
        /// The page without its first session, signed by a key of somebody else.
        case foreign, foreignKey
        /// A good access token.
        case token
        case otherIssuer, wrongEntry, tooLarge, moved, notSigned, sameCursor
        /// The first page of a whole list, without most of it.
        case beginning
    }

    let server: IssuingServer
    private let state: Switch<State>

    private struct State: Sendable {
        var model: FeedModel?
        var faults: [Fault] = []
        var given: [String] = []
        var isDown: Fault?
        var isOver = false
    }

    init() throws {
        let state = Switch(State())
        self.state = state
        let issuer = try Issuer.ours.get()
        let keys = try issuer.keySet()
        server = try IssuingServer { request in
            if request.path == "/.well-known/jwks.json" {
                return .answer(200, body: keys, fields: ["ETag": "\"keys/1\"", "Cache-Control": "max-age=300"])
            }
            guard request.fields["authorization"] == "Basic bm90ZXM6czNjcmV0" else { return .answer(401, body: "") }
            return Self.reply(to: request, state, issuer)
        }
        let address = server.address
        state.change { $0.model = FeedModel(issuer: address) }
    }

    deinit {
        state.change { $0.isOver = true }
        server.stop()
    }

    /// Moves the clock of the server forward.
    func advance(_ seconds: Int) { state.change { $0.model?.ahead += seconds } }

    func revoke(_ entry: FeedModel.Entry) { state.change { $0.model?.add(entry) } }

    /// Answers the next polls wrongly, one after another.
    func fail(_ faults: [Fault]) { state.change { $0.faults = faults } }

    /// Answers all polls so; nil for right ones.
    func fail(always fault: Fault?) { state.change { $0.isDown = fault } }

    /// True if all wrong answers are given.
    var hasFailed: Bool { state.value.faults.isEmpty }

    var polls: [IssuingServer.Request] { server.requests("/api/revocations/") }

    private static func reply(
        to request: IssuingServer.Request, _ state: Switch<State>, _ issuer: Issuer
    ) -> IssuingServer.Reply {
        let cursor = request.query["after"]
        let wait = Double(request.query["wait"] ?? "") ?? 0
        // A poll waits for something new, or for the test to break something.
        let page: FeedModel.Page? = waitUntil(wait) {
            let now = state.value
            guard let page = now.model?.page(after: cursor) else { return nil }
            if now.isOver { return page }
            return page.isEmpty && cursor != nil && wait > 0 && now.faults.isEmpty && now.isDown == nil ? nil : page
        }
        guard let page = page ?? state.value.model?.page(after: cursor) else { return .answer(500, body: "") }
        let fault = state.change { state in state.isDown ?? (state.faults.isEmpty ? nil : state.faults.removeFirst()) }
        do {
            guard let fault else {
                let text = try page.signed(by: issuer)
                state.change { $0.given.append(text) }
                return .answer(200, body: text, fields: ["Content-Type": "application/jwt"])
            }
            return try wrong(fault, page, request, state, issuer)
        } catch {
            return .answer(500, body: "\(error)")
        }
    }

    private static func wrong(
        _ fault: Fault, _ page: FeedModel.Page, _ request: IssuingServer.Request, _ state: Switch<State>,
        _ issuer: Issuer
    ) throws -> IssuingServer.Reply {
        let (foreign, address) = (try Issuer.foreign.get(), state.value.model?.issuer ?? "")
        let lying = page.with("sessions", "{}").with("users", "{}").with("keys", "{}")
        switch fault {
        case .status(let status): return .answer(status, body: "{}")
        case .cut: return .cut(try page.signed(by: issuer))
        case .hang: return .hang(0.5)
        case .again: return .answer(200, body: try state.value.given.randomElement() ?? page.signed(by: issuer))
        case .delayed:
            let then = "\(Int(Date().timeIntervalSince1970) - 300)"
            return .answer(200, body: try page.with("iat", then).signed(by: issuer))
        case .foreign: return .answer(200, body: try lying.signed(by: foreign))
        case .foreignKey: return .answer(200, body: try lying.signed(by: foreign, kid: "foreign"))
        case .token:
            // All claims of a page, in an access token of the same key.
            return .answer(200, body: try lying.signed(by: issuer, type: "at+jwt"))
        case .otherIssuer: return .answer(200, body: try lying.with("iss", #""\#(address)x""#).signed(by: issuer))
        case .wrongEntry: return .answer(200, body: try page.with("sessions", #"{"s":"soon"}"#).signed(by: issuer))
        case .tooLarge: return .answer(200, body: String(repeating: "a", count: (2 << 20) + 1))
        case .moved:
            return .answer(307, body: "", fields: ["Location": "\(address)/elsewhere?\(request.query.count)"])
        case .notSigned: return .answer(200, body: Draft.text(lying.claims))
        case .sameCursor:
            let cursor = request.query["after"] ?? "c0"
            return .answer(200, body: try lying.with("cursor", "\"\(cursor)\"").with("more", "true").signed(by: issuer))
        case .beginning:
            return .answer(
                200,
                body: try lying.with("cursor", #""c0""#).with("complete", "true").with("more", "true").signed(
                    by: issuer))
        }
    }
}
