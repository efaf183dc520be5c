// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

/// Clients that go on through an outage, and what they are told.
final class OutageWatch: Sendable {
    enum Kind: String, CaseIterable { case refresh, me, login }

    struct Record {
        var statuses: [Int: Int] = [:]
        var longest = 0.0
        /// When the last answer other than 200 came.
        var lastRefusal: ContinuousClock.Instant?
        var firstRefusal: ContinuousClock.Instant?
        /// When the first 200 behind that came.
        var recovered: ContinuousClock.Instant?
        var unexpected: [String] = []
    }

    private struct State {
        var records: [Kind: Record] = [:]
        var stopped = false
    }

    private let server: ServerProcess
    private let email: String
    private let state = Mutex(State())

    /// Each client has a session of its own before the outage begins.
    init(_ server: ServerProcess) throws {
        self.server = server
        email = try WireClient(port: server.port).newSession().email
    }

    var records: [Kind: Record] { state.withLock { $0.records } }

    func stop() { state.withLock { $0.stopped = true } }

    /// Asks until ``stop()``: nobody gives up, and nobody forgets a token because it was refused for a while. A refresh
    /// keeps its key for each try: a commit that PostgreSQL was stopped in may be kept though the answer was 503.
    func run(_ kind: Kind) throws {
        let client = WireClient(port: server.port, timeout: 20)
        var tokens = try client.tokens(email)
        var tries = 0
        while !state.withLock({ $0.stopped }) {
            let start = ContinuousClock.now
            do {
                let answer: WireAnswer
                switch kind {
                case .refresh:
                    answer = try client.refresh(tokens.refresh, key: "key-of-this-token-\(tries)")
                    if answer.status == 200 {
                        tokens = try Tokens(answer)
                        tries += 1
                    }
                case .me: answer = try client.me(tokens.access)
                case .login: answer = try client.login(email)
                }
                note(kind, answer, after: seconds(since: start))
            } catch {
                state.withLock { $0.records[kind, default: Record()].unexpected.append("\(error)") }
            }
            pause(0.005)
        }
    }

    private func note(_ kind: Kind, _ answer: WireAnswer, after duration: Double) {
        state.withLock { state in
            var record = state.records[kind] ?? Record()
            record.statuses[answer.status, default: 0] += 1
            record.longest = max(record.longest, duration)
            if answer.status == 200 {
                if record.recovered == nil, record.lastRefusal != nil { record.recovered = .now }
            } else {
                record.firstRefusal = record.firstRefusal ?? .now
                record.lastRefusal = .now
                record.recovered = nil
                if answer.status != 503 {
                    record.unexpected.append("\(answer)")
                } else if answer["Retry-After"].flatMap({ Int($0) }) == nil {
                    record.unexpected.append("503 without Retry-After")
                }
            }
            state.records[kind] = record
        }
    }
}
