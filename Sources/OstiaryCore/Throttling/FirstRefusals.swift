// SPDX-License-Identifier: Apache-2.0

package import Logging
import Synchronization

/// Logs the first refusal of each budget in each minute, so that a flood of refusals is a few lines.
package final class FirstRefusals: Sendable {
    private struct State {
        var minute: Int64 = 0
        /// The budgets that have a line in this minute.
        var told: Set<BudgetKey> = []
    }

    private enum Line {
        case first
        /// The table is full: no budget gets a line any more before the next minute.
        case last
    }

    /// The most budgets that get a line in one minute.
    package static let capacity = 1_000

    private let logger: Logger
    private let addresses: AuditLog.Addresses
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - logger: receives the lines.
    ///   - addresses: the part of clients' addresses that the lines show.
    package init(logger: Logger, addresses: AuditLog.Addresses, capacity: Int = FirstRefusals.capacity) {
        self.logger = logger
        self.addresses = addresses
        self.capacity = capacity
    }

    /// - Parameter context: gives the time, the client and the request.
    func note(_ budget: BudgetKey, in context: RequestContext) {
        switch line(for: budget, at: context.now.seconds / 60) {
        case .first:
            var metadata: Logger.Metadata = ["scope": "\(budget.scope.rawValue)"]
            metadata["address"] = addresses.shown(context.origin.address).map { "\($0)" }
            metadata["request"] = context.id.map { "\($0)" }
            if case .user(let identity) = context.actor { metadata["user"] = "\(identity.user.id)" }
            logger.notice("throttled", metadata: metadata)
        case .last:
            logger.notice("throttled: further budgets get no line in this minute", metadata: ["lines": "\(capacity)"])
        case nil: break
        }
    }

    /// - Returns: nil if the budget gets no line.
    private func line(for budget: BudgetKey, at minute: Int64) -> Line? {
        state.withLock { state in
            // A request that waited may come from the minute before; a clock that was set back does not end the lines.
            if minute > state.minute || minute < state.minute - 1 { state = State(minute: minute) }
            guard state.told.count <= capacity, state.told.insert(budget).inserted else { return nil }
            return state.told.count > capacity ? .last : .first
        }
    }
}
