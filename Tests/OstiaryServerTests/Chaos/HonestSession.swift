// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// What a client keeps durably: a token and the key that was drawn when it was received.
struct TokenAndKey: Sendable, Equatable {
    let token: String
    let key: String

    init(_ token: String) {
        self.token = token
        key = Self.freshKey()
    }

    static func freshKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in String(generator.next(), radix: 36) }.joined(separator: "-") + "-0123456789"
    }
}

/// The storage of one session, shared by all tabs, with what became of it.
final class HonestSession: Sendable {
    struct State {
        /// nil once the session was dropped.
        var pair: TokenAndKey?
        var refreshes = 0
        /// The successor that was answered for a token.
        var successors: [String: String] = [:]
        var doubleSuccessors = 0
        var logouts: [String] = []
    }

    private let state: Mutex<State>

    init(_ tokens: Tokens) { state = Mutex(State(pair: TokenAndKey(tokens.refresh))) }

    var pair: TokenAndKey? { state.withLock { $0.pair } }
    var result: State { state.withLock { $0 } }

    /// Stores a successor only if the storage still holds what was sent.
    func store(_ successor: String, insteadOf sent: TokenAndKey) {
        state.withLock {
            if let known = $0.successors[sent.token], known != successor { $0.doubleSuccessors += 1 }
            if $0.successors.count >= 1_000 { $0.successors = [:] }
            $0.successors[sent.token] = successor
            guard $0.pair == sent else { return }
            $0.pair = TokenAndKey(successor)
            $0.refreshes += 1
        }
    }

    /// The server has refused: the session is dropped, but only if the storage still holds what was sent.
    func drop(_ sent: TokenAndKey, because answer: WireAnswer) {
        state.withLock {
            guard $0.pair == sent else { return }
            $0.pair = nil
            $0.logouts.append("after \($0.refreshes) refreshes: \(answer.text)")
        }
    }
}

extension WireAnswer {
    /// The one answer upon which a client drops its session.
    var endsSession: Bool { status == 400 && text == #"{"error":"Invalid refresh token"}"# }
}
