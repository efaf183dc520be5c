// SPDX-License-Identifier: Apache-2.0

/// What is left of the budgets of one scope: when each will be whole again. Bounded.
///
/// Forgetting a budget makes it whole, so a full table locks nobody out. It must not be cheap either, or a flood of new
/// keys would give an attacker back what was spent on another one. So those that are whole go first, which loses nothing,
/// and then those of which least was spent: to have one forgotten, half a table of others must be spent further than it.
struct Budgets: Sendable {
    private var whole: [UInt128: Int64] = [:]
    private let capacity: Int

    /// - Parameter capacity: the most budgets that are ever kept, at least 2.
    init(capacity: Int) { self.capacity = max(2, capacity) }

    var count: Int { whole.count }

    subscript(key: UInt128) -> Int64? { whole[key] }

    mutating func set(_ moment: Int64, for key: UInt128, at now: Int64) {
        if whole.count >= capacity, whole[key] == nil { makeRoom(at: now) }
        whole[key] = moment
    }

    mutating func remove(_ key: UInt128) { whole[key] = nil }

    /// Half of the table, so that it takes as many new keys before the next time.
    private mutating func makeRoom(at now: Int64) {
        whole = whole.filter { $0.value > now }
        let kept = capacity / 2
        guard whole.count > kept else { return }
        let border = whole.values.sorted()[whole.count - kept]
        var room = kept - whole.values.count { $0 > border }
        whole = whole.filter { entry in
            guard entry.value == border else { return entry.value > border }
            room -= 1
            return room >= 0
        }
    }
}
