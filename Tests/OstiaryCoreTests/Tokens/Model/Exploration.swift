// SPDX-License-Identifier: Apache-2.0

/// Every state that can be reached from one, each visited once, in the order of the fewest steps.
struct Exploration<State: Hashable, Step> {
    private(set) var states = 0
    private(set) var transitions = 0
    /// The shortest way to a bad state; nil when there is none.
    private(set) var trace: [Step]?
    /// False when the limit was reached before the space was closed.
    private(set) var isClosed = false

    /// - Parameters:
    ///   - limit: of states, against a space that does not close.
    ///   - next: each step that is possible and the state it leads to.
    init(from start: State, limit: Int, isBad: (State) -> Bool, next: (State) -> [(Step, State)]) {
        var seen: Set<State> = [start]
        var queue = [start]
        var origin: [(from: Int, step: Step)?] = [nil]
        var index = 0
        while index < queue.count, trace == nil, queue.count < limit {
            for (step, state) in next(queue[index]) {
                transitions += 1
                guard trace == nil, seen.insert(state).inserted else { continue }
                queue.append(state)
                origin.append((index, step))
                if isBad(state) { trace = Self.way(to: queue.count - 1, origin) }
            }
            index += 1
        }
        states = queue.count
        isClosed = index == queue.count
    }

    private static func way(to state: Int, _ origin: [(from: Int, step: Step)?]) -> [Step] {
        var steps: [Step] = []
        var state = state
        while let (from, step) = origin[state] {
            steps.append(step)
            state = from
        }
        return steps.reversed()
    }
}
