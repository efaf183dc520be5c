// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Requests at the same moment, over connections that are already open.
    /// A thread that fails goes on to the next round all the same, or the others would wait at the barrier for ever.
    @Suite struct Races {
        @Test("parallel refreshes of one token: exactly one succeeds")
        func refreshRace() throws {
            let server = try ServerProcess(logLevel: "warning")
            try RefreshRace(servers: [server], rounds: 500).run("refresh race")
            #expect(server.terminate() == .code(0))
        }

        @Test("refresh racing logout: logout wins")
        func logoutRace() throws {
            let rounds = 200
            let server = try ServerProcess(logLevel: "warning")
            let seed = SeededGenerator.printedSeed("logout race")
            let sessions = try RefreshRace.sessions(rounds, on: server)
            let barrier = Barrier(2)
            let columns = try parallel(2) { side in
                var generator = SeededGenerator(seed: seed &+ UInt64(side))
                let client = WireClient(port: server.port)
                return sessions.map { tokens in
                    _ = try? client.open()
                    let delay = Double.random(in: 0...0.0004, using: &generator)
                    barrier.wait()
                    spin(delay)
                    return Result { side == 0 ? try client.refresh(tokens.refresh) : try client.logout(tokens.refresh) }
                }
            }

            let client = WireClient(port: server.port)
            var (refreshFirst, logoutFirst, alive) = (0, 0, 0)
            for (round, tokens) in sessions.enumerated() {
                let (refreshed, loggedOut) = try (columns[0][round].get(), columns[1][round].get())
                var leftover = [tokens]
                switch (refreshed.status, loggedOut.status) {
                case (200, 400):
                    refreshFirst += 1
                    leftover.append(try Tokens(refreshed))
                case (400, 200): logoutFirst += 1
                default: Issue.record("round \(round): \(refreshed) and \(loggedOut)")
                }
                for tokens in leftover {
                    if try client.me(tokens.access).status != 401 { alive += 1 }
                    if try client.refresh(tokens.refresh).status != 400 { alive += 1 }
                }
            }
            figure("logout race: rounds", rounds)
            figure("logout race: refresh came first", refreshFirst)
            figure("logout race: logout came first", logoutFirst)
            figure("logout race: tokens alive afterwards", alive)
            #expect(alive == 0)
            #expect(server.terminate() == .code(0))
        }

        @Test("a registration race is lost with the 400 of a duplicate")
        func registrationRace() throws {
            let rounds = 50
            let width = 8
            let server = try ServerProcess(logLevel: "warning")
            let emails = (0..<rounds).map { _ in freshEmail() }
            let barrier = Barrier(width)
            let columns = try parallel(width) { column in
                let client = WireClient(port: server.port)
                return emails.map { email in
                    _ = try? client.open()
                    barrier.wait()
                    return Result { try client.register(column % 2 == 0 ? email : email.uppercased()) }
                }
            }
            var (won, lost) = (0, 0)
            for (round, email) in emails.enumerated() {
                let answers = try columns.map { try $0[round].get() }
                let winners = answers.filter { $0.status == 200 }
                let losers = answers.filter {
                    $0.status == 400 && $0.text == #"{"email":["custom user with this email already exists."]}"#
                }
                won += winners.count
                lost += losers.count
                #expect(winners.count == 1 && losers.count == width - 1, "\(email): \(answers.map(\.status))")
            }
            figure("registration race: rounds", rounds)
            figure("registration race: answers 200", won)
            figure("registration race: answers 400", lost)
            #expect(server.terminate() == .code(0))
        }
    }
}

/// Waits without giving up the core: shorter than the kernel can sleep.
private func spin(_ seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {}
}
