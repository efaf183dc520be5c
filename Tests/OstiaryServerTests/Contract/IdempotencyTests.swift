// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `Idempotency-Key` with `POST /api/refresh/`.
    @Suite struct Idempotency {
        private let client: WireClient

        init() throws { client = try SharedServers.client() }

        private func refresh(_ token: String, key: String?) throws -> WireAnswer {
            try client.refresh(token, key: key.map { "\($0)-of-at-least-16" })
        }

        @Test("a refresh whose answer was lost is asked for again and answered the same")
        func lostAnswer() throws {
            let tokens = try client.newSession().tokens
            let first = try Tokens(refresh(tokens.refresh, key: "one"))
            let again = try Tokens(refresh(tokens.refresh, key: "one"))
            #expect(again.refresh == first.refresh && again.access != first.access)
            #expect(try client.me(again.access).status == 200)
            let next = try Tokens(refresh(first.refresh, key: "two"))
            let late = try Tokens(refresh(tokens.refresh, key: "one"))
            #expect(late.refresh == first.refresh, "a late repetition yields nothing new")
            #expect(try AccessToken(late.access)["exp"] == AccessToken(first.access)["exp"])
            #expect(try client.me(next.access).status == 200, "and ends nothing")
        }

        @Test("another key, or none, is another party: the session ends")
        func theft() throws {
            for key in ["three", nil] {
                let tokens = try client.newSession().tokens
                let first = try Tokens(refresh(tokens.refresh, key: "one"))
                let answer = try refresh(tokens.refresh, key: key)
                #expect(answer.status == 400 && answer.text == #"{"error":"Invalid refresh token"}"#)
                #expect(try refresh(first.refresh, key: "two").status == 400)
                #expect(try client.me(first.access).status == 401)
                #expect(try refresh(tokens.refresh, key: "one").status == 400, "the right key revives nothing")
            }
        }

        @Test("a key that never changes is told, and spends nothing")
        func constantKey() throws {
            let tokens = try client.newSession().tokens
            let first = try Tokens(refresh(tokens.refresh, key: "one"))
            let answer = try refresh(first.refresh, key: "one")
            #expect(answer.status == 400 && answer.text.contains("draw a new one"))
            #expect(try refresh(first.refresh, key: "two").status == 200)
        }

        @Test("sixteen at once with one key get the same successor")
        func parallelTries() throws {
            let server = try SharedServers.ordinary()
            for _ in 0..<20 {
                let tokens = try client.newSession().tokens
                let answers = try parallel(16) { _ in
                    try WireClient(port: server.port).refresh(tokens.refresh, key: "the-key-of-all-tries")
                }
                #expect(answers.allSatisfy { $0.status == 200 })
                #expect(Set(answers.compactMap { $0.member("refresh_token") }).count == 1)
            }
        }
    }
}
