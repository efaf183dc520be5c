// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

/// Many clients that present one refresh token at the same moment, spread over servers of one database.
struct RefreshRace {
    let servers: [ServerProcess]
    let rounds: Int
    let width = 16

    /// Sessions for a race, logged in beforehand, a few at once: hashing is what costs.
    static func sessions(_ count: Int, on server: ServerProcess) throws -> [Tokens] {
        let email = freshEmail()
        try WireClient(port: server.port).enrol(email)
        let columns = try parallel(3) { column in
            let client = WireClient(port: server.port)
            return try stride(from: column, to: count, by: 3).map { _ in try client.tokens(email) }
        }
        return columns.flatMap { $0 }
    }

    /// A thread that fails goes on to the next round all the same, or the others would wait at the barrier for ever.
    func run(_ name: String) throws {
        let sessions = try Self.sessions(rounds, on: servers[0])
        let barrier = Barrier(width)
        let start = ContinuousClock.now
        let columns = try parallel(width) { [servers] column in
            let client = WireClient(port: servers[column % servers.count].port)
            return sessions.map { tokens in
                _ = try? client.open()
                barrier.wait()
                return Result { try client.refresh(tokens.refresh) }
            }
        }
        figure(name, seconds: seconds(since: start))

        let clients = servers.map { WireClient(port: $0.port) }
        var (winners, losers, others, alive) = (0, 0, 0, 0)
        for (round, tokens) in sessions.enumerated() {
            let client = clients[round % clients.count]
            let answers = columns.map { $0[round] }
            let won = answers.compactMap { try? $0.get() }.filter { $0.status == 200 }
            let lost = answers.filter { (try? $0.get())?.text == #"{"error":"Invalid refresh token"}"# }
            winners += won.count
            losers += lost.count
            others += width - won.count - lost.count
            #expect(won.count == 1 && lost.count == width - 1, "round \(round)")
            // The losers presented a spent token, which ends the session: the successor must be dead.
            for answer in won {
                let successor = try Tokens(answer)
                if try client.refresh(successor.refresh).status != 400 { alive += 1 }
                if try client.me(successor.access).status != 401 { alive += 1 }
            }
            if try client.refresh(tokens.refresh).status != 400 { alive += 1 }
        }
        figure("\(name): rounds", rounds)
        figure("\(name): answers 200", winners)
        figure("\(name): answers 400", losers)
        figure("\(name): other answers", others)
        figure("\(name): tokens alive after the replay", alive)
        #expect(alive == 0 && others == 0)
    }
}
