// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// When a session was last used, as its owner is told.
    @Suite struct LastUse {
        private func lastUse(_ client: WireClient, _ access: String) throws -> Timestamp? {
            let answer = try client.exchange(
                WireRequest("GET", "/api/sessions/", [("Authorization", "Bearer \(access)")]))
            return answer.member("last_used_at").flatMap(Timestamp.init(sqlText:))
        }

        @Test("the use of an access token is told within seconds, and outlives the server")
        func told() throws {
            let clock = try FakeClock()
            let server = try ServerProcess(environment: clock.environment)
            let client = WireClient(port: server.port)
            let access = try client.newSession().tokens.access
            let login = try #require(try lastUse(client, access))

            try clock.set(400)
            for _ in 0..<20 { #expect(try client.me(access).status == 200) }
            let written: Timestamp? = try waitUntil(20, every: 100_000) {
                try lastUse(client, access).flatMap { $0 > login ? $0 : nil }
            }
            let moved = try #require(written).seconds - login.seconds
            #expect((399...430).contains(moved))

            try clock.set(800)
            #expect(try client.me(access).status == 200)
            #expect(server.terminate() == .code(0))
            try server.start()
            let last = try #require(try lastUse(WireClient(port: server.port), access))
            #expect(last.seconds - login.seconds >= 799, "written at the end")
        }
    }
}
