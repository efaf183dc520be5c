// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// Clients refresh and call verifiers while the keys change. `make soak PARTS=keys` has fifty clients over minutes.
    @Suite struct KeyCrowd {
        @Test("no good token is refused and nobody is logged out while HS256, ES256 and RS256 follow on three servers")
        func change() async throws {
            let count = TestScale.count(5)
            let rounds = TestScale.isLong ? 150 : 3
            let site = try KeySite(.postgres, 3, ["--public-url", JudgePanel.issuer])
            let ports = site.servers.map(\.port)
            try site.set("TOKEN_AUDIENCE", "notes")
            try site.set("JWKS_MAX_AGE", "30")
            try site.waitForMaximumAge("30")
            let introspector = try site.addClient("crowd", may: "introspect")
            let application = try VerifyingApplication(
                at: ports[0], issuer: JudgePanel.issuer, audience: "notes", keeping: TestScale.isLong ? 30 : 1)
            // They are there before the first public key, so that there is no feed yet.
            let judges = try await JudgePanel(site, open: [true, false], waiting: 0).members
            for member in judges { _ = try await member.judge.isFresh }
            let sessions = try (0..<count).map { _ in try site.clients[0].newSession().tokens }
            let state = Mutex(CrowdState(judges: judges))
            let crowd = try BackgroundThreads(count) { index in
                let member = CrowdMember(ports, application.port, introspector, sessions[index], index)
                do {
                    while state.withLock({ !$0.isOver }) { try member.turn(state) }
                } catch {
                    state.withLock { $0.hasFailed = true }
                    throw error
                }
            }
            defer { state.withLock { $0.isOver = true } }
            /// Goes on when the crowd has refreshed often, and has seen tokens of the algorithm.
            func crowdGoesOn(_ algorithm: String) throws {
                let start = state.withLock { state in
                    state.algorithms = []
                    return state.refreshes
                }
                let went: Bool? = waitUntil(TestScale.isLong ? 900 : 60) {
                    state.withLock { state in
                        if state.hasFailed { return false }
                        return state.refreshes >= start + rounds * count && state.algorithms.contains(algorithm)
                            ? true : nil
                    }
                }
                if went != true {
                    state.withLock { $0.isOver = true }
                    try crowd.join()
                    throw Failure("the crowd stands still at \(algorithm)")
                }
            }
            try crowdGoesOn("HS256")
            let first = try await change(site, to: "ES256", application, judges)
            if TestScale.isLong { #expect(try site.polls(having: first) == judges.count, "each was waited for") }
            try crowdGoesOn("ES256")
            let second = try await change(site, to: "RS256", application, judges)
            if TestScale.isLong { #expect(try site.polls(having: second) == judges.count, "each was waited for") }
            try crowdGoesOn("RS256")
            state.withLock { $0.revoked = second }
            try site.command(["keys", "revoke", second, "--yes"])
            try site.waitForKeys([first])
            try crowdGoesOn("ES256")
            state.withLock { $0.isOver = true }
            try crowd.join()
            let end = state.withLock { $0 }
            figure("clients, each at three servers", count)
            figure("refreshes while the keys changed, 0 of them refused", end.refreshes)
            for (verifier, checks) in end.checks.sorted(by: { $0.key < $1.key }) {
                figure("tokens shown to \(verifier), 0 good ones refused", checks)
            }
            figure("refusals of tokens of the revoked key", end.refused)
            #expect(end.checks.count == 3 + judges.count)
            #expect(judges.count == 2 * Language.allCases.count)
            #expect(!site.servers.contains { $0.output.contains("although verifiers lack it") })
            #expect(site.terminate())
        }

        /// Publishes a key, and returns when it signs: by itself in the long run, at once where everybody has it in the short one.
        private func change(
            _ site: KeySite, to algorithm: String, _ application: VerifyingApplication, _ judges: [JudgePanel.Member]
        ) async throws -> String {
            let before = try site.clients[0].publicKeys()
            let id = try site.rotate(algorithm)
            try site.waitForKeys(before + [id])
            if !TestScale.isLong {
                let seen: Bool? = try waitUntil(30) { try application.keys().contains("\"\(id)\"") ? true : nil }
                guard seen == true else { throw Failure("the application does not fetch \(id)") }
                let token = try site.probe(id)
                for member in judges {
                    // Its keys are too old then.
                    try await member.judge.advance(31)
                    let deadline = Deadline(30)
                    while try await member.judge.judge(token) != "ok 1" {
                        guard !deadline.passed else { throw Failure("\(member.name) does not fetch \(id)") }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                try site.command(["keys", "sign", id, "--yes"])
            }
            let signs: Bool? = try waitUntil(180, every: 200_000) { try site.states()[id] == "signing" ? true : nil }
            guard signs == true else { throw Failure("\(id) does not sign") }
            return id
        }
    }
}

extension KeySite {
    /// Waits until the keys of each server may be kept for so many seconds.
    fileprivate func waitForMaximumAge(_ seconds: String) throws {
        for client in clients {
            let isSet: Bool? = try waitUntil(30) {
                try client.publicKeyDocument()["Cache-Control"]?.hasSuffix("max-age=\(seconds)") == true ? true : nil
            }
            guard isSet == true else { throw Failure("the keys are kept longer") }
        }
    }

    /// The number of verifiers on PostgreSQL that poll the feed and have said that they have the key.
    fileprivate func polls(having id: String) throws -> Int {
        try Int(value("SELECT count(*) FROM ostiary_verifier WHERE kind = 'polls' AND kids ~", id)) ?? 0
    }

    /// A token by a key that does not sign yet.
    fileprivate func probe(_ id: String) throws -> String {
        let key = try privateKey(id)
        let now = Int(Date().timeIntervalSince1970)
        let header = #"{"alg":"\#(key.algorithm)","kid":"\#(id)","typ":"at+jwt"}"#
        let claims = #""aud":["notes"],"sub":"1","sid":"probe","iat":\#(now),"exp":\#(now + 600)"#
        return AccessToken(header: header, payload: #"{"iss":"\#(JudgePanel.issuer)",\#(claims)}"#).signed(by: key)
    }
}
