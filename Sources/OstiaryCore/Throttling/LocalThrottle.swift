// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Budgets in the memory of this process.
package final class LocalThrottle: Throttle {
    private let budgets: Mutex<[ThrottleScope: Budgets]>
    private let now: WallClock

    /// - Parameter capacity: the most budgets of each scope. The default just fits a hash table of 65,536 places, which
    ///   takes two megabytes.
    package init(capacity: Int = 48_000, now: @escaping WallClock = Timestamp.now) {
        self.budgets = Mutex(
            Dictionary(uniqueKeysWithValues: ThrottleScope.allCases.map { ($0, Budgets(capacity: capacity)) })
        )
        self.now = now
    }

    package func take(_ asked: [Budget]) -> Throttled? {
        let now = self.now().microseconds
        return budgets.withLock { budgets in
            var refused: (scope: ThrottleScope, wait: Int64)?
            var taken: [(key: BudgetKey, until: Int64)] = []
            for budget in asked {
                let key = budget.key
                switch budget.rule.take(whole: budgets[key.scope]?[key.digest], at: now) {
                case .allowed(let until): taken.append((key, until))
                case .refused(let wait): refused = (refused?.scope ?? key.scope, max(refused?.wait ?? 0, wait))
                }
            }
            if let refused { return Throttled(scope: refused.scope, wait: refused.wait) }
            for (key, until) in taken { budgets[key.scope]?.set(until, for: key.digest, at: now) }
            return nil
        }
    }

    package func takeAtOnce(_ asked: [Budget]) -> Bool { take(asked) == nil }

    package func clear(_ keys: [BudgetKey]) {
        budgets.withLock { budgets in
            for key in keys { budgets[key.scope]?.remove(key.digest) }
        }
    }
}
