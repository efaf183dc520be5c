// SPDX-License-Identifier: Apache-2.0

/// How often an honest client with two tabs on one storage is logged out by a server's rule.
///
/// A schedule is six steps. A tab that waits for nothing refreshes (answered at once), asks (its answer is under way),
/// or sends (its request is under way); a request that is under way arrives; an answer that is under way arrives or is
/// lost; each takes a second; or twenty seconds pass. What is possible is equally likely at each step. After six steps
/// the client refreshes once more: it is logged out if that is refused.
struct HonestSchedules {
    /// The share of schedules, 0…1.
    let loggedOut: Double

    /// - Parameter isCareful: it stores an answer only if the storage still holds the token that was sent.
    init(_ server: RefreshServer, isCareful: Bool) {
        // Many schedules meet in one state, which then weighs as much as all of them. Whole numbers make that exact: of
        // one to seven possible steps each gets its part of 420.
        var weights = [State(server.settings): 1]
        for _ in 0..<6 {
            var next: [State: Int] = [:]
            for (state, weight) in weights {
                let steps = state.next(server, isCareful: isCareful)
                for step in steps { next[step, default: 0] += weight * 420 / steps.count }
            }
            weights = next
        }
        let out = weights.filter { !$0.key.refreshes(server) }
        loggedOut = Double(out.values.reduce(0, +)) / Double(weights.values.reduce(0, +))
    }

    private enum Tab: Hashable {
        case idle
        case sent(SessionModel.Held)
        case answered(SessionModel.Held, ModelStore.Answer)

        var order: Int {
            switch self {
            case .idle: 0
            case .sent(let held): 1 + Int(held.token)
            case .answered(let held, .pair(let token, _, _)): 1_000 + Int(held.token) * 256 + Int(token)
            case .answered(let held, _): 100_000 + Int(held.token)
            }
        }
    }

    private struct State: Hashable {
        var store: ModelStore
        var held: SessionModel.Held? = SessionModel.Held(token: 1, key: 1)
        var tabs = [Tab.idle, .idle]

        init(_ settings: ModelSettings) { store = ModelStore(settings) }

        func next(_ server: RefreshServer, isCareful: Bool) -> [State] {
            var all: [State] = []
            func step(seconds: Int16 = 1, _ change: (inout State) -> Void) {
                var next = self
                change(&next)
                next.store.tick(seconds, server.settings)
                all.append(next.canonical)
            }
            step(seconds: 20) { _ in }
            for index in tabs.indices {
                switch tabs[index] {
                case .idle:
                    guard let held else { continue }
                    step { $0.receive(held, $0.ask(held, server), isCareful) }
                    step { $0.tabs[index] = .answered(held, $0.ask(held, server)) }
                    step { $0.tabs[index] = .sent(held) }
                case .sent(let sent):
                    step { $0.tabs[index] = .answered(sent, $0.ask(sent, server)) }
                case .answered(let sent, let answer):
                    step { $0.tabs[index] = .idle }
                    step { state in
                        state.tabs[index] = .idle
                        state.receive(sent, answer, isCareful)
                    }
                }
            }
            return all
        }

        func refreshes(_ server: RefreshServer) -> Bool {
            guard let held else { return false }
            var last = self
            if case .pair = last.ask(held, server) { return true }
            return false
        }

        private mutating func ask(_ held: SessionModel.Held, _ server: RefreshServer) -> ModelStore.Answer {
            store.present(held.token, key: server.takesKeys ? held.key : .none, lag: 0, server.settings)
        }

        private mutating func receive(_ sent: SessionModel.Held, _ answer: ModelStore.Answer, _ isCareful: Bool) {
            guard let current = held, current.token == sent.token || !isCareful else { return }
            switch answer {
            case .pair(let token, _, _):
                held = SessionModel.Held(token: token, key: freshKey)
            case .refused: held = nil
            case .reusedKey: break
            }
        }

        private var freshKey: ModelKey {
            let used = store.rows.flatMap { [$0.parentKey, $0.spending?.key ?? .none] }
            return (used + [held?.key ?? .none]).reduce(0, max) + 1
        }

        /// Nothing expires within six steps, and it does not matter which tab is which.
        private var canonical: State {
            var state = self
            state.tabs.sort { $0.order < $1.order }
            for index in store.rows.indices {
                state.store.rows[index].expiresIn = .max
                state.store.rows[index].spending?.successorExpiresIn = .max
                state.store.rows[index].spending?.accessExpiresIn = 0
            }
            return state
        }
    }
}
