// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// Clients refresh and call verifiers while the keys change. `make soak PARTS=keys` has fifty clients over minutes.
    @Suite struct KeyCrowd {
        private struct Seen {
            var isOver = false
            var hasFailed = false
            /// The key whose tokens may be refused.
            var revoked: String?
            var refreshes = 0
            var checks: [String: Int] = [:]
            /// Of tokens of the revoked key.
            var refused = 0
            var algorithms: Set<String> = []
        }

        /// A client, with a connection to each server and to the application.
        private final class Member {
            private let nodes: [WireClient]
            private let application: WireClient
            private let introspector: ServiceClient
            private var tokens: Tokens
            private var round: Int

            init(
                _ ports: [UInt16], _ application: UInt16, _ introspector: ServiceClient, _ tokens: Tokens, _ index: Int
            ) {
                nodes = ports.map { WireClient(port: $0) }
                self.application = WireClient(port: application)
                (self.introspector, self.tokens, round) = (introspector, tokens, index)
            }

            /// Refreshes at the next server, and shows the token to everybody.
            func turn(_ seen: borrowing Mutex<Seen>) throws {
                round += 1
                let node = nodes[round % nodes.count]
                // A refresh that is refused is a logout, and throws.
                tokens = try Tokens(node.refresh(tokens.refresh))
                let token = try AccessToken(tokens.access)
                let (algorithm, key) = (token.headerMember("alg") ?? "", token.headerMember("kid"))
                var reason = ""
                var verdicts = try nodes.map { ("own", try $0.me(tokens.access).status == 200) }
                verdicts.append(("introspection", try isActive(at: nodes[(round + 1) % nodes.count])))
                // The application has no secret.
                if key != nil {
                    let answer = try application.me(tokens.access)
                    verdicts.append(("PyJWT", answer.status == 200))
                    reason = answer.text
                }
                let refused = seen.withLock { seen -> String? in
                    seen.algorithms.insert(algorithm)
                    for (verifier, isGood) in verdicts {
                        seen.checks[verifier, default: 0] += 1
                        guard !isGood else { continue }
                        guard key != nil, key == seen.revoked else { return verifier }
                        seen.refused += 1
                    }
                    seen.refreshes += 1
                    return nil
                }
                if let refused { throw Failure("a good token of \(algorithm) was refused: \(refused) \(reason)") }
            }

            private func isActive(at node: WireClient) throws -> Bool {
                let answer = try node.exchange(
                    WireRequest(
                        "POST", "/api/introspect/", [introspector.authorization],
                        json: #"{"token":"\#(tokens.access)"}"#))
                guard answer.status == 200 else { throw Failure("no introspection: \(answer)") }
                return answer.text.contains(#""active":true"#)
            }
        }

        @Test("no good token is refused and nobody is logged out while HS256, ES256 and RS256 follow on three servers")
        func change() throws {
            let count = TestScale.count(5)
            let rounds = TestScale.isLong ? 150 : 3
            let site = try KeySite(.postgres, 3)
            let ports = site.servers.map(\.port)
            let introspector = try site.addClient("crowd", may: "introspect")
            let application = try VerifyingApplication(at: ports[0], keeping: TestScale.isLong ? 30 : 1)
            try site.set("JWKS_MAX_AGE", "30")
            let sessions = try (0..<count).map { _ in try site.clients[0].newSession().tokens }
            let seen = Mutex(Seen())
            let crowd = try BackgroundThreads(count) { index in
                let member = Member(ports, application.port, introspector, sessions[index], index)
                do {
                    while seen.withLock({ !$0.isOver }) { try member.turn(seen) }
                } catch {
                    seen.withLock { $0.hasFailed = true }
                    throw error
                }
            }
            defer { seen.withLock { $0.isOver = true } }
            /// Goes on when the crowd has refreshed often, and has seen tokens of the algorithm.
            func crowdGoesOn(_ algorithm: String) throws {
                let start = seen.withLock { seen in
                    seen.algorithms = []
                    return seen.refreshes
                }
                let went: Bool? = waitUntil(TestScale.isLong ? 900 : 60) {
                    seen.withLock { seen in
                        if seen.hasFailed { return false }
                        return seen.refreshes >= start + rounds * count && seen.algorithms.contains(algorithm)
                            ? true : nil
                    }
                }
                if went != true {
                    seen.withLock { $0.isOver = true }
                    try crowd.join()
                    throw Failure("the crowd stands still at \(algorithm)")
                }
            }
            try crowdGoesOn("HS256")
            let first = try change(site, to: "ES256", application)
            try crowdGoesOn("ES256")
            let second = try change(site, to: "RS256", application)
            try crowdGoesOn("RS256")
            seen.withLock { $0.revoked = second }
            try site.command(["keys", "revoke", second, "--yes"])
            try site.waitForKeys([first])
            try crowdGoesOn("ES256")
            seen.withLock { $0.isOver = true }
            try crowd.join()
            let end = seen.withLock { $0 }
            figure("clients, each at three servers", count)
            figure("refreshes while the keys changed, 0 of them refused", end.refreshes)
            for (verifier, checks) in end.checks.sorted(by: { $0.key < $1.key }) {
                figure("tokens shown to \(verifier), 0 good ones refused", checks)
            }
            figure("refusals of tokens of the revoked key", end.refused)
            #expect(end.checks.count == 3)
            #expect(site.terminate())
        }

        /// Publishes a key, and returns when it signs: by itself in the long run, at once where everybody has it in the short one.
        private func change(_ site: KeySite, to algorithm: String, _ application: VerifyingApplication) throws -> String
        {
            let before = try site.clients[0].publicKeys()
            let id = try site.rotate(algorithm)
            try site.waitForKeys(before + [id])
            if !TestScale.isLong {
                let seen: Bool? = try waitUntil(30) { try application.keys().contains("\"\(id)\"") ? true : nil }
                guard seen == true else { throw Failure("the application does not fetch \(id)") }
                try site.command(["keys", "sign", id])
            }
            let signs: Bool? = try waitUntil(180, every: 200_000) { try site.states()[id] == "signing" ? true : nil }
            guard signs == true else { throw Failure("\(id) does not sign") }
            return id
        }
    }
}

/// An application in Python that verifies by the public keys.
private struct VerifyingApplication {
    let port: UInt16
    private let child: ChildProcess
    private let directory: TemporaryDirectory

    /// - Parameters:
    ///   - server: the port of the server whose keys it fetches.
    ///   - seconds: the time for which it keeps them.
    init(at server: UInt16, keeping seconds: Int) throws {
        let (directory, port) = (try TemporaryDirectory(), try FreePorts.next())
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let log = directory.file("log")
        let child = try ChildProcess(
            VerifierPython.path(),
            [
                "-B", "\(folder)/Drivers/application.py", "http://127.0.0.1:\(server)/.well-known/jwks.json", "ostiary",
                "ostiary", "\(port)", "\(seconds)",
            ], environment: Executable.inheritedEnvironment, output: log, errors: log)
        let isReady: Bool? = waitUntil(30) {
            if child.exit() != nil { return false }
            return (try? WireConnection(port: port, timeout: 1)) == nil ? nil : true
        }
        guard isReady == true else { throw Failure("the application does not start: \(text(ofFile: log))") }
        (self.port, self.child, self.directory) = (port, child, directory)
    }

    /// The ids of its keys as JSON.
    func keys() throws -> String { try WireClient(port: port).exchange(WireRequest("GET", "/keys")).text }
}
