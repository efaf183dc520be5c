// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    @Suite struct KeyCrowd {
        private struct Seen {
            var isOver = false
            var mayRefuse = false
            var refreshes = 0
            var refused = 0
            var algorithms: Set<String> = []
        }

        @Test("clients refresh and ask two servers while keys change: no good token is refused, nobody is logged out")
        func change() throws {
            let count = TestScale.count(10)
            let site = try KeySite(.sqlite, 2)
            let ports = site.servers.map(\.port)
            let sessions = try (0..<count).map { _ in try site.clients[0].newSession().tokens }
            let seen = Mutex(Seen())
            let crowd = try BackgroundThreads(count) { index in
                let clients = ports.map { WireClient(port: $0) }
                var (tokens, round) = (sessions[index], index)
                while seen.withLock({ !$0.isOver }) {
                    round += 1
                    // A refresh that is refused is a logout, and throws.
                    tokens = try Tokens(clients[round % 2].refresh(tokens.refresh))
                    let algorithm = try AccessToken(tokens.access).headerMember("alg") ?? ""
                    for client in clients {
                        let isGood = try client.me(tokens.access).status == 200
                        let isTold = seen.withLock { seen in
                            seen.algorithms.insert(algorithm)
                            if !isGood { seen.refused += 1 }
                            return seen.mayRefuse || isGood
                        }
                        if !isTold { throw Failure("a good token of \(algorithm) was refused") }
                    }
                    seen.withLock { $0.refreshes += 1 }
                }
            }
            defer { seen.withLock { $0.isOver = true } }
            /// Goes on when the crowd has refreshed so often.
            func rounds(_ algorithm: String) throws {
                let start = seen.withLock { $0.refreshes }
                let went: Bool? = waitUntil(60) {
                    seen.withLock { $0.refreshes >= start + 3 * count && $0.algorithms.contains(algorithm) }
                        ? true : nil
                }
                guard went == true else { throw Failure("the crowd stands still at \(algorithm)") }
            }
            try rounds("HS256")
            let first = try site.rotate()
            try site.waitForKeys([first])
            try site.command(["keys", "sign", first])
            try rounds("ES256")
            let second = try site.rotate("RS256")
            try site.waitForKeys([first, second])
            try site.command(["keys", "sign", second])
            try rounds("RS256")
            let before = seen.withLock { seen in
                seen.mayRefuse = true
                return seen.refused
            }
            try site.command(["keys", "revoke", second, "--yes"])
            try site.waitForKeys([first])
            seen.withLock { $0.algorithms = [] }
            try rounds("ES256")
            seen.withLock { $0.isOver = true }
            try crowd.join()
            let (refreshes, refused) = seen.withLock { ($0.refreshes, $0.refused) }
            #expect(before == 0, "no good token is refused before the revocation")
            print("\(count) clients, \(refreshes) refreshes, \(refused) refused tokens after the revocation, 0 logouts")
            #expect(site.terminate())
        }
    }
}
