// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
import Synchronization

/// A hook that runs in the transaction of an effect.
/// - Parameters:
///   - user: the account that the effect concerns, as the transaction leaves it.
///   - transaction: the open transaction, for rows of the application. It must not leave the closure.
public typealias TransactionHook = @Sendable (_ user: User, _ transaction: SQLTransaction) throws -> Void

/// The hooks that run in transactions.
package final class TransactionHooks: Sendable {
    private struct Entry: Sendable {
        let name: String
        let body: TransactionHook
    }

    /// The time after which a hook is reported: all other writes of a SQLite database wait for it.
    private static let patience = Duration.milliseconds(100)

    private let hooks = Mutex<[AuditEvent: [Entry]]>([:])
    private let onSlow: @Sendable (_ name: String, _ duration: Duration) -> Void

    /// - Parameter onSlow: called with the name of a hook that took more than 100 ms.
    package init(onSlow: @escaping @Sendable (_ name: String, _ duration: Duration) -> Void) { self.onSlow = onSlow }

    package func add(_ name: String, at point: HookPoint, _ body: @escaping TransactionHook) {
        hooks.withLock { $0[point.event, default: []].append(Entry(name: name, body: body)) }
    }

    /// - Throws: the error of a hook; ``HookFailure`` for a broken constraint, which stores would take for their own.
    func run(after entry: AuditEntry, in transaction: SQLTransaction) throws {
        guard entry.cause != AuditEntry.undone, let id = entry.user, let own = hooks.withLock({ $0[entry.event] })
        else { return }
        let query: SQLQuery = "SELECT \(raw: UserRow.columns) FROM \(table: .users) WHERE id = \(id)"
        guard let user = try transaction.run(query).first.map(UserRow.user) else { return }
        for hook in own {
            let start = ContinuousClock.now
            defer {
                let duration = ContinuousClock.now - start
                if duration > Self.patience { onSlow(hook.name, duration) }
            }
            do { try hook.body(user, transaction) } catch let error as SQLError where error.code.isConstraint {
                throw HookFailure(hook: hook.name, reason: error.report)
            }
        }
    }
}

extension SQLError.Code {
    /// True for a fault of the written values, false for one of the database.
    fileprivate var isConstraint: Bool {
        switch self {
        case .uniqueViolation, .foreignKeyViolation, .constraint: true
        default: false
        }
    }
}
