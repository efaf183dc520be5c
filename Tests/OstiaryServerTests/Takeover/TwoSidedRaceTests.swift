// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// One token of Django, presented to both services at the same moment.
    @Suite struct TwoSidedRaces {
        /// What two answers come to.
        private struct Outcome {
            var (here, there, both, neither) = (0, 0, 0, 0)
            var successors: [[String]] = []
            var unexpected: [String] = []

            mutating func add(_ mine: WireAnswer, _ theirs: WireAnswer) {
                for answer in [mine, theirs] where answer.status != 200 && !answer.endsSession {
                    unexpected.append("\(answer)")
                }
                switch (mine.status == 200, theirs.status == 200) {
                case (true, true): both += 1
                case (true, false): here += 1
                case (false, true): there += 1
                case (false, false): neither += 1
                }
                successors.append([mine, theirs].compactMap { try? Tokens($0).refresh })
            }

            var text: String { "only here \(here), only there \(there), both \(both), neither \(neither)" }
        }

        /// - Parameter request: the one to Django; the one to us is a refresh.
        private func race(
            _ site: TakeoverSite, _ rounds: Int, _ name: String,
            _ request: @escaping @Sendable (WireClient, String) throws -> WireAnswer
        ) throws -> Outcome {
            let user = try site.value("person('\(freshEmail())', 'x').id")
            let tokens = try site.value("give_tokens(\(user), \(rounds))").split(separator: " ").map(String.init)
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed(name))
            // The request here is answered sooner than the one there.
            let delays = tokens.map { _ in Double.random(in: 0...0.011, using: &generator) }
            let barrier = Barrier(2)
            let columns = try parallel(2) { side in
                let client = side == 0 ? site.here : site.there
                return zip(tokens, delays).map { token, delay in
                    barrier.wait()
                    if side == 0 { pause(delay) }
                    return Result { try side == 0 ? client.refresh(token) : request(client, token) }
                }
            }
            var outcome = Outcome()
            for (mine, theirs) in zip(columns[0], columns[1]) { outcome.add(try mine.get(), try theirs.get()) }
            figure("\(name): rounds", rounds)
            figure(name, outcome.text)
            #expect(outcome.unexpected.prefix(3) == [])
            return outcome
        }

        @Test("with the three lines of the guide one wins", arguments: TakeoverSite.Engine.allCases)
        func guarded(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine, workers: 1, [.guarded])
            try site.adopt()
            let outcome = try race(site, TestScale.count(60), "refresh on both, guarded, \(engine.rawValue)") {
                try $0.refresh($1)
            }
            #expect(outcome.both == 0 && outcome.neither == 0, "\(outcome.text)")
            for successor in outcome.successors.joined() {
                #expect(try site.here.refresh(successor).status == 200, "the winner goes on")
            }
            #expect(try site.value("disagreements()") == "[]")
        }

        @Test("without them both may win, as with two workers of Django", arguments: TakeoverSite.Engine.allCases)
        func unguarded(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine, workers: 1)
            try site.adopt()
            let outcome = try race(site, TestScale.count(60), "refresh on both, unguarded, \(engine.rawValue)") {
                try $0.refresh($1)
            }
            #expect(outcome.neither == 0, "nobody is logged out")
        }

        @Test("a refresh here against a logout there", arguments: TakeoverSite.Engine.allCases)
        func logout(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine, workers: 1)
            try site.adopt()
            let outcome = try race(site, TestScale.count(60), "refresh here, logout there, \(engine.rawValue)") {
                try $0.logout($1)
            }
            #expect(outcome.neither == 0)
            // Either the logout came first, or the session goes on with its one successor.
            let alive = "RefreshToken.objects.count()"
            #expect(try site.value(alive) == "\(outcome.both + outcome.here)")
            for successors in outcome.successors {
                #expect(successors.count <= 1)
                for successor in successors { #expect(try site.here.refresh(successor).status == 200) }
            }
            #expect(try site.value("disagreements()") == "[]")
        }
    }
}
