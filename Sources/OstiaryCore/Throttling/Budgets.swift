// SPDX-License-Identifier: Apache-2.0

/// A bounded table of the budgets of one scope, each by the moment at which it is whole again.
///
/// A budget that is dropped is whole again, so a full table locks nobody out. A flood of new keys must not restore a
/// spent budget, though. So whole budgets are dropped first, which loses nothing, and then those of which least is
/// spent: to have one dropped, an attacker must spend more of half a table of others.
struct Budgets: Sendable {
    private var whole: [UInt128: Int64] = [:]
    private let capacity: Int

    /// - Parameter capacity: the most budgets, at least 2.
    init(capacity: Int) { self.capacity = max(2, capacity) }

    var count: Int { whole.count }

    subscript(key: UInt128) -> Int64? { whole[key] }

    mutating func set(_ moment: Int64, for key: UInt128, at now: Int64) {
        if whole.count >= capacity, whole[key] == nil { makeRoom(at: now) }
        whole[key] = moment
    }

    mutating func remove(_ key: UInt128) { whole[key] = nil }

    /// Frees half of the table, so that the next call is half a table of new keys away.
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
