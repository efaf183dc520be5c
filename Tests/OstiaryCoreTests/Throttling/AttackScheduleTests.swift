// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryCore

/// Random attackers against one owner.
@Suite("Attackers elsewhere")
struct AttackScheduleTests {
    private static let firstSeed = SeededGenerator.printedSeed("attacks")
    private static let mostInARow = Mutex<Int64>(0)
    private static let seeds = (0..<UInt64(TestScale.count(40))).map { firstSeed &+ $0 }

    private static let owner = "first@example.com"
    private static let homes = ["198.51.100.1", "2001:db8:aaaa::1"]
    private static let spellings = [owner, "FIRST@example.com", "First@Example.Com"]

    @Test("never keep the owner out of a known network, and never guess more than the limits allow", arguments: seeds)
    func schedule(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        // Of so few budgets that the attackers push each other's out, or of enough for all.
        let capacity = generator.pick([8, 48_000])
        let absence = generator.pick([12, 80])
        let steps = generator.pick([[1, 6, 60, 600, 86_400, 10 * 86_400], [1, 6, 60, 60, 600]])
        let services = try Services { LocalThrottle(capacity: capacity, now: $0.now) }
        _ = try await services.enrol(Self.owner)
        _ = try await services.enrol("attacker@example.com")
        for home in Self.homes {
            #expect(await services.attempt(Self.owner, "securepassword", from: home) == .loggedIn)
        }

        var guesses = Guesses(since: services.clock.now())
        var unseen = 0
        for _ in 0..<250 {
            switch generator.below(16) {
            case 0...8:
                let judged = await attack(services, &generator)
                guesses.judged(judged, at: services.clock.now())
            case 9...12:
                let step = generator.pick(steps)
                unseen += step
                services.clock.advance(seconds: step)
            default: break
            }
            // The day at which a login was written may be one day before the last.
            guard generator.chance(absence) || unseen > 18 * 86_400 else { continue }
            for home in Self.homes {
                let outcome = await services.attempt(Self.owner, "securepassword", from: home)
                #expect(outcome == .loggedIn, "from \(home)")
            }
            guesses.ownerLoggedIn(at: services.clock.now())
            unseen = 0
        }
        guard capacity > 8 else { return }
        #expect(guesses.mostInARow <= 100, "with what was earned meanwhile taken off")
        #expect(guesses.isWithin(.limit(10, per: .minute)))
        let isMost = Self.mostInARow.withLock { most in
            defer { most = max(most, guesses.mostInARow) }
            return guesses.mostInARow > most
        }
        if isMost { figure("attacks: most guesses in a row, less those earned", guesses.mostInARow) }
    }

    /// - Returns: how many guesses of the owner's password were judged.
    private func attack(_ services: Services, _ generator: inout SeededGenerator) async -> Int {
        var judged = 0
        for _ in 0..<generator.pick([1, 5, 30]) {
            let email = generator.pick(Self.spellings + ["nobody\(generator.below(1_000))@example.com"])
            // Never one of the owner's: a guess from there is one of another budget.
            let network = generator.pick([
                "192.0.2.\(generator.below(256))", "2001:db8:1:\(String(generator.below(65_536), radix: 16))::1",
                "::ffff:192.0.2.\(generator.below(4))",
            ])
            switch generator.below(12) {
            case 0: _ = await services.attempt("attacker@example.com", "securepassword", from: network)
            case 1:
                let origin = ClientOrigin(address: IPAddress(network))
                if let address = EmailAddress(email) {
                    _ = try? await services.registration.register(
                        email: address, password: "x", in: services.context(origin))
                }
            case 2:
                _ = try? await services.refresh.refresh(
                    RefreshToken(bits: UInt128(generator.next())), in: services.context())
            default:
                let isOwner = Self.spellings.contains(email)
                if await services.attempt(email, "wrong", from: network) == .refused, isOwner { judged += 1 }
            }
        }
        return judged
    }
}

/// When guesses were judged.
private struct Guesses {
    private(set) var all: [Int64] = []
    private var run: [Int64] = []
    private var since: Timestamp
    private(set) var mostInARow: Int64 = 0

    init(since: Timestamp) { self.since = since }

    mutating func ownerLoggedIn(at now: Timestamp) { (since, run) = (now, []) }

    mutating func judged(_ count: Int, at now: Timestamp) {
        all += Array(repeating: now.microseconds, count: count)
        run += Array(repeating: now.microseconds, count: count)
        let earned = (now.microseconds - since.microseconds) / 864_000_000
        mostInARow = max(mostInARow, Int64(run.count) - earned)
    }

    /// Whether no time holds more of them than the number and what the rate gives in it.
    func isWithin(_ rate: Rate) -> Bool {
        guard case .limit(let number, let period) = rate else { return true }
        let length = Int64(period.seconds) * 1_000_000
        for first in all.indices {
            for last in first..<all.count {
                let earned = (all[last] - all[first]) * Int64(number) / length
                if last - first + 1 > number + Int(earned) { return false }
            }
        }
        return true
    }
}
