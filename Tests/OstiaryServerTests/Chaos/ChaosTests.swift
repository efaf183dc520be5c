// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// Clients that keep the rules of `docs/features/sessions.md`, and thieves, while everything between them and the
    /// database fails at random.
    @Suite struct Chaos {
        @Test(
            "nobody honest is logged out, every theft is noticed", arguments: [false, true], [1, 2]
        )
        func chaos(onPostgres: Bool, count: Int) throws {
            let name = "chaos on \(onPostgres ? "PostgreSQL" : "SQLite"), \(count) server\(count == 1 ? "" : "s")"
            let refreshes = TestScale.count(1_000)
            // By the square root: a server takes only so many clients at once.
            let pairs = Int(8 * max(1, TestScale.factor.squareRoot()))
            let (tabs, thefts) = (2 * pairs, 2 * pairs)
            let seed = SeededGenerator.printedSeed(name)
            let postgres = onPostgres ? try PostgresServer() : nil
            let thieves = 4
            let pace = min(max(1, Double(refreshes) / 25_000), 10)
            let run = try ChaosRun(servers: count, postgres: postgres, width: tabs + thieves, seed: seed)
            let logins = WireClient(port: run.servers[0].port)
            let email = try logins.newSession().email
            let sessions = try (0..<tabs / 2).map { _ in HonestSession(try logins.tokens(email)) }
            let victims = try (0..<thefts).map { _ in try logins.tokens(email) }

            let start = ContinuousClock.now
            let budget = Budget(refreshes, seconds: 120 + Double(refreshes) / 50)
            let torment = try BackgroundThreads(1) { _ in try run.torment(seed: seed, pace: pace) }
            let outcomes = Mutex<[(Theft.Strategy, Theft.Outcome)]>([])
            let criminals = try BackgroundThreads(thieves) { index in
                for (number, tokens) in victims.enumerated() where number % thieves == index {
                    let strategy = Theft.Strategy.allCases[number / thieves % Theft.Strategy.allCases.count]
                    var theft = Theft(run, strategy, tokens: tokens, seed: seed &+ UInt64(number))
                    let outcome = try theft.outcome()
                    outcomes.withLock { $0.append((strategy, outcome)) }
                }
            }
            try parallel(tabs) { run.tab(of: sessions[$0 / 2], budget: budget, seed: seed &+ 1_000 &+ UInt64($0)) }
            let duration = seconds(since: start)
            try criminals.join()
            run.stop()
            try torment.join()

            let results = sessions.map(\.result)
            // In the end, without anything in between. The last kill may have been PostgreSQL's: for two seconds the
            // server may answer 503, which no client takes for a logout.
            let alive = results.filter { result in
                guard let pair = result.pair else { return false }
                let status: Int? = waitUntil(10) {
                    let status = try? logins.refresh(pair.token, key: pair.key).status
                    return status == 503 ? nil : status ?? 0
                }
                return status == 200
            }
            report(name, run, budget, duration)
            figure("\(name): sessions alive at the end", "\(alive.count) of \(sessions.count)")
            figure("\(name): honest logouts", results.reduce(0) { $0 + $1.logouts.count })
            figure("\(name): double successors", results.reduce(0) { $0 + $1.doubleSuccessors })
            figure("\(name): thefts noticed", outcomes.withLock { $0.count { $0.1 == .noticed } })
            figure("\(name): repetitions that brought nothing", outcomes.withLock { $0.count { $0.1 == .harmless } })
            #expect(results.flatMap(\.logouts) == [])
            #expect(results.allSatisfy { $0.doubleSuccessors == 0 })
            #expect(alive.count == sessions.count)
            #expect(run.result.unexpected == [])
            #expect(budget.used >= refreshes, "not done in time")
            for (strategy, outcome) in outcomes.withLock({ $0 }) {
                #expect(outcome == (strategy == .repeats ? .harmless : .noticed), "\(strategy)")
            }
            #expect(outcomes.withLock { $0.count } == thefts)
        }

        private func report(_ name: String, _ run: ChaosRun, _ budget: Budget, _ duration: Double) {
            let result = run.result
            figure("\(name): refreshes", budget.used)
            figure("\(name)", seconds: duration)
            figure(
                "\(name): kills of servers, of the database, jumps of clocks",
                "\(result.kills), \(result.databaseKills), \(result.jumps)")
            figure(
                "\(name): connections lost, answers 502, answers 503",
                "\(result.broken), \(result.badGateways), \(result.unavailable)")
            let fates = run.proxies.reduce(into: [ChaosProxy.Fate: Int]()) { $0.merge($1.fates, uniquingKeysWith: +) }
            let counts = ChaosProxy.Fate.allCases.map { "\($0.rawValue) \(fates[$0] ?? 0)" }
            figure("\(name): requests", counts.joined(separator: ", "))
        }
    }
}
