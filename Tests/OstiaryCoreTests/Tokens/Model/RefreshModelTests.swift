// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

/// `RefreshRule` itself under every schedule of an honest client and a thief, explored by states: tokens and keys are
/// numbers, times are what is left of them, and what can matter no more is forgotten, so that the space closes without a
/// bound on the number of refreshes. A second is a tick; in a long run tokens live for more of them.
@Suite("Refresh model")
struct RefreshModelTests {
    /// Far more than there are; a space that does not close is an error.
    private static let limit = TestScale.isLong ? 5_000_000 : 50_000

    static func run(_ change: (inout ModelRun) -> Void = { _ in }) -> ModelRun {
        var run = ModelRun()
        change(&run)
        if TestScale.isLong { run.settings.lifetimes.refreshToken = 3 }
        return run
    }

    static let honest: [(String, ModelRun)] = [
        ("one node", run()),
        ("two nodes whose clocks differ", run { $0.lag = 1 }),
        (
            "a session that ends, two nodes, deletion",
            run {
                $0.settings.lifetimes.session = 5
                $0.lag = 1
                $0.purges = true
            }
        ),
        ("a reuse interval", run { $0.settings.lifetimes.reuseInterval = 2 }),
        (
            "no keys, one try at a time and the next within the interval",
            run {
                $0.settings.lifetimes.reuseInterval = 2
                $0.conduct = [.sendsNoKey, .triesInTime]
                $0.lag = 1
            }
        ),
    ]

    @Test("an honest client is not logged out, and there is one live token", arguments: honest)
    func honestClient(_ name: String, _ run: ModelRun) {
        closes("honest client, \(name)", run) {
            $0.isLoggedOut || $0.isStuck || $0.isWrong || $0.store.liveTokens != 1
        }
    }

    @Test("without keys nobody is answered when the reuse interval is over", arguments: [0, 1, 2])
    func keyless(_ interval: Int) {
        let run = Self.run {
            $0.settings.lifetimes.reuseInterval = interval
            $0.conduct = .sendsNoKey
            $0.lag = 1
        }
        closes("no keys, interval \(interval)", run) { $0.isWrong || $0.store.liveTokens != 1 }
    }

    static func theft(_ change: (inout ModelRun) -> Void = { _ in }) -> ModelRun {
        run {
            $0.hasThief = true
            $0.settings.lifetimes.refreshToken = 2
            $0.settings.lifetimes.accessToken = 1
            change(&$0)
        }
    }

    static let thefts: [(String, ModelRun)] = {
        guard TestScale.isLong else { return [("one node", theft())] }
        // Many more situations: for longer runs, and with short lives there too.
        var nodes = theft { $0.lag = 1 }
        nodes.settings.lifetimes.refreshToken = 2
        return [("one node", theft()), ("two nodes whose clocks differ", nodes)]
    }()

    @Test(
        "a thief who uses a successor is noticed by the owner's second answer; one who repeats gains nothing after it",
        arguments: thefts)
    func thief(_ name: String, _ run: ModelRun) {
        closes("theft, \(name)", run) {
            // A refused owner whose session goes on leaves it to the thief.
            $0.isUnnoticed || $0.isLoggedOut && $0.store.end == nil || $0.thief?.hasGained == true || $0.isWrong
                || $0.store.liveTokens != 1
        }
    }

    @Test("what the page says is not noticed is not")
    func limits() {
        finds("a keyless thief within the reuse interval", Self.theft { $0.settings.lifetimes.reuseInterval = 2 }) {
            $0.isUnnoticed
        }
        finds("a repetition after the owner's first answer", Self.theft { $0.answersUntilNoGain = 1 }) {
            $0.thief?.hasGained == true
        }
        finds("an owner who comes back when the rows are deleted", Self.theft { $0.purges = true }) {
            $0.thief?.answersSinceUse != nil && $0.store.end == nil && $0.storages == [nil]
        }
    }

    static let compared: [(String, ModelRun)] = [honest[1], honest[2], thefts[0]]

    @Test("nothing is forgotten that matters", arguments: compared)
    func forgetting(_ name: String, _ run: ModelRun) {
        var raw = run
        raw.isCanonical = false
        var compared = 0
        var differs = false
        func next(_ model: SessionModel) -> [(ModelStep, SessionModel)] {
            let steps = raw.next(model)
            let canonical = model.canonical(run)
            var expected = Set(run.next(canonical).map(\.1))
            var actual = Set(steps.map { $0.1.canonical(run) })
            // A step that changes nothing is none.
            expected.insert(canonical)
            actual.insert(canonical)
            compared += 1
            if actual != expected, !differs {
                differs = true
                Issue.record("after \(model):\n\(actual.subtracting(expected))\nfor\n\(expected.subtracting(actual))")
            }
            return differs ? [] : steps
        }
        let limit = TestScale.count(1_500)
        _ = Exploration(from: raw.start, limit: limit, isBad: { _ in false }, next: next)
        figure("forgetting, \(name): states compared", compared)
    }

    private func closes(_ name: String, _ run: ModelRun, _ isBad: (SessionModel) -> Bool) {
        var found: Exploration<SessionModel, ModelStep>?
        let time = ContinuousClock().measure {
            found = Exploration(from: run.start, limit: Self.limit, isBad: isBad, next: run.next)
        }
        guard let found else { return }
        figure("\(name): states", found.states)
        figure("\(name): transitions", found.transitions)
        figure("\(name): took", seconds: time / .seconds(1))
        #expect(found.trace == nil, "\(found.text)")
        #expect(found.isClosed || found.trace != nil)
    }
}

/// Expects that a bad state can be reached, and prints the shortest way.
func finds(_ name: String, _ run: ModelRun, _ isBad: (SessionModel) -> Bool) {
    let found = Exploration(from: run.start, limit: 100_000, isBad: isBad, next: run.next)
    #expect(found.trace != nil, "\(name) does no harm")
    figure("\(name)", found.text)
}

extension Exploration {
    var text: String { trace.map { $0.map { "\($0)" }.joined(separator: "; ") } ?? "none" }
}

extension SessionModel {
    /// The owner's second answer since the thief spent a token came, and the session goes on.
    var isUnnoticed: Bool { thief?.answersSinceUse == 2 && store.end == nil }
}
