// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// One refresh token of Django, presented sixteen times at the same moment.
    @Suite struct AdoptedRaces {
        @Test("one server on SQLite: one winner")
        func oneServer() throws {
            let service = try AdoptedService(.sqlite)
            let server = try service.server(try service.flags())
            try run("legacy race, SQLite", service, [server])
            #expect(server.terminate() == .code(0))
        }

        @Test("three servers on PostgreSQL: one winner")
        func threeServers() throws {
            let service = try AdoptedService(.postgres)
            let flags = try service.flags()
            let servers = try (0..<3).map { _ in try ServerProcess(flags, logLevel: "warning") }
            try run("legacy race, three servers", service, servers)
            for server in servers { #expect(server.terminate() == .code(0)) }
        }

        /// A thread that fails goes on to the next round all the same, or the others would wait at the barrier for ever.
        private func run(_ name: String, _ service: AdoptedService, _ servers: [ServerProcess]) throws {
            let (rounds, width) = (TestScale.isLong ? 500 : 60, 16)
            let email = freshEmail()
            try WireClient(port: servers[0].port).enrol(email)
            let tokens = (0..<rounds).map { _ in AdoptedService.token() }
            try service.addTokens(tokens, of: email)
            let barrier = Barrier(width)
            let start = ContinuousClock.now
            let columns = try parallel(width) { column in
                let client = WireClient(port: servers[column % servers.count].port)
                return tokens.map { token in
                    _ = try? client.open()
                    barrier.wait()
                    return Result { try client.refresh(token) }
                }
            }
            figure(name, seconds: seconds(since: start))

            let client = WireClient(port: servers[0].port)
            var (winners, losers, alive) = (0, 0, 0)
            for (round, token) in tokens.enumerated() {
                let answers = columns.map { $0[round] }
                let won = answers.compactMap { try? $0.get() }.filter { $0.status == 200 }
                let lost = answers.filter { (try? $0.get())?.text == #"{"error":"Invalid refresh token"}"# }
                (winners, losers) = (winners + won.count, losers + lost.count)
                #expect(won.count == 1 && lost.count == width - 1, "round \(round): \(answers)")
                // The losers presented a spent token, which ends the session.
                for answer in won {
                    let successor = try Tokens(answer)
                    if try client.refresh(successor.refresh).status != 400 { alive += 1 }
                    if try client.me(successor.access).status != 401 { alive += 1 }
                }
                if try client.refresh(token).status != 400 { alive += 1 }
            }
            figure("\(name): rounds", rounds)
            figure("\(name): answers 200", winners)
            figure("\(name): answers 400", losers)
            figure("\(name): tokens alive after the replay", alive)
            #expect(alive == 0)
            #expect(try service.value("SELECT count(*) FROM auth_api_refreshtoken") == "0")
        }
    }
}
