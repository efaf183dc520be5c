// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// Clients that refresh now here and now in Django, while either is killed.
final class TwoSidedChaos: Sendable {
    struct Tally: Sendable {
        var (here, there, kills) = (0, 0, 0)
        /// Requests without an answer, or that nobody could be asked.
        var (lostHere, lostThere) = (0, 0)
        /// Sessions that ended since Django died over their token.
        var endedThere = 0
        /// Tokens that were given and then refused, though nobody had been sent them since.
        var refused: [String] = []
        /// Tokens that were answered with two successors here.
        var spentTwice: [String] = []
        var unexpected: [String] = []
    }

    private let site: TakeoverSite
    private let stopped = Atomic<Bool>(false)
    private let tally = Mutex(Tally())

    init(_ site: TakeoverSite) { self.site = site }

    var result: Tally { tally.withLock { $0 } }

    func stop() { stopped.store(true, ordering: .relaxed) }
    private var isStopped: Bool { stopped.load(ordering: .relaxed) }

    private func note(_ change: (inout Tally) -> Void) { tally.withLock { change(&$0) } }

    /// Kills one of the two that often, and then stops the clients.
    func torment(kills: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        defer { stop() }
        for _ in 0..<kills {
            pause(Double.random(in: 0.5...1.5, using: &generator))
            if generator.chance(2) {
                site.servers[0].kill()
                pause(Double.random(in: 0...0.2, using: &generator))
                try site.servers[0].start()
            } else {
                site.django.kill()
                try site.django.start()
            }
            note { $0.kills += 1 }
        }
        pause(0.5)
    }

    /// Where the answer to a token was lost first.
    private enum Lost { case no, here, there }

    /// - Returns: the last token that was given to the client.
    func client(_ email: String, _ first: String, seed: UInt64) throws -> String {
        var generator = SeededGenerator(seed: seed)
        var (sent, lost) = (TokenAndKey(first), Lost.no)
        var successors: [String: String] = [:]
        let (here, there) = (WireClient(port: site.servers[0].port, timeout: 30), site.there)
        while true {
            // One whose answer was lost is presented here, where the same key brings the same answer.
            let isHere = lost != .no || isStopped || generator.chance(2)
            let answer = try? isHere ? here.refresh(sent.token, key: sent.key) : there.refresh(sent.token)
            switch answer?.status {
            case 200:
                guard let answer, let next = try? Tokens(answer).refresh else { continue }
                note { if isHere { $0.here += 1 } else { $0.there += 1 } }
                if isHere, let known = successors.updateValue(next, forKey: sent.token), known != next {
                    note { $0.spentTwice.append(sent.token) }
                }
                // Some answers are lost on the way, and the request is sent again.
                if isHere, !isStopped, generator.chance(10) {
                    lost = .here
                    continue
                }
                (sent, lost) = (TokenAndKey(next), .no)
                if isStopped { return next }
            case 400 where lost == .there:
                note { $0.endedThere += 1 }
                guard let tokens = try? here.tokens(email) else { continue }
                (sent, lost) = (TokenAndKey(tokens.refresh), .no)
            case 400:
                note { $0.refused.append("\(isHere ? "here" : "there"): \(answer?.text ?? "")") }
                return sent.token
            case nil, 502, 503:
                note { if isHere { $0.lostHere += 1 } else { $0.lostThere += 1 } }
                if lost == .no { lost = isHere ? .here : .there }
                pause(0.02)
            default:
                note { $0.unexpected.append("\(isHere ? "here" : "there"): \(answer.map { "\($0)" } ?? "")") }
                if lost == .no { lost = isHere ? .here : .there }
                pause(0.02)
            }
        }
    }
}
