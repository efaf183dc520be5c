// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The gate while it cannot tell who asks.
    @Suite struct GateOutages {
        @Test("without its database the gate answers 5xx: nobody is let in, and nobody is sent to log in")
        func database() throws {
            let postgres = try PostgresServer()
            let server = try ServerProcess(["--database-url", postgres.url(try postgres.makeDatabase())])
            let client = WireClient(port: server.port)
            let (_, tokens) = try client.newSession()
            let (_, unseen) = try client.newSession()
            let visitor = PageVisitor(port: server.port)
            try visitor.logIn()
            let askers = [
                [("Authorization", "Bearer \(tokens.access)")], [("Authorization", "Bearer \(unseen.access)")],
                visitor.cookieHeader,
            ]
            func ask(_ headers: [(String, String)]) throws -> WireAnswer {
                try client.exchange(
                    WireRequest("GET", "/api/authorize/login/", headers + [("Sec-Fetch-Mode", "navigate")]))
            }
            #expect(try ask(askers[0]).status == 204)
            #expect(try ask(askers[2]).status == 204)
            postgres.stop(.immediate)
            for asker in askers {
                // Memory is good for a moment yet.
                var statuses: Set<Int> = []
                let refused: WireAnswer? = try waitUntil(30) {
                    let answer = try ask(asker)
                    statuses.insert(answer.status)
                    return answer.status == 204 ? nil : answer
                }
                #expect(statuses.isSubset(of: [204, 503]), "\(statuses)")
                #expect(refused?.status == 503 && refused?["Location"] == nil && refused?["Retry-After"] != nil)
                #expect(refused?["X-Auth-User-Id"] == nil)
            }
            // Who shows nothing is known to be nobody without a look.
            #expect(try ask([]).status == 303)
            try postgres.start()
            for asker in askers {
                let back: Bool? = try waitUntil(30) { try ask(asker).status == 204 ? true : nil }
                #expect(back == true)
            }
        }
    }
}
