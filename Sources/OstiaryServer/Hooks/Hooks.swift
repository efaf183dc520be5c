// SPDX-License-Identifier: Apache-2.0

package import Logging
public import OstiaryCore
package import OstiarySQL
import Synchronization

/// An effect that was committed, for hooks that run after it.
public struct CommittedEvent: Sendable {
    /// The audit entry of the effect: its author, its time, its changes.
    public let entry: AuditEntry
    /// The account that the effect concerns, as it is now; nil if there is none, or none any more.
    public let user: User?
}

/// A hook that runs after a commit. It is cancelled after ten seconds.
public typealias CommittedHook = @Sendable (CommittedEvent) async -> Void

/// The hooks of an application around a server.
package final class Hooks: Sendable {
    struct Entry: Sendable {
        let name: String
        let body: CommittedHook
    }

    /// The greatest number of committed effects that wait for hooks.
    static let capacity = 1_000

    let transactions: TransactionHooks
    private let entries = Mutex<[AuditEvent: [Entry]]>([:])
    private let lost = Atomic<Int>(0)
    private let continuation: AsyncStream<AuditEntry>.Continuation
    /// The committed effects that have hooks, in the order of the commits.
    let committed: AsyncStream<AuditEntry>

    package init(logger: Logger) {
        transactions = TransactionHooks { name, duration in
            logger.warning(
                "a hook holds up its transaction",
                metadata: ["hook": "\(name)", "duration": "\(duration.milliseconds) ms"])
        }
        (committed, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    package func add(_ name: String, at point: HookPoint, _ body: @escaping TransactionHook) {
        transactions.add(name, at: point, body)
    }

    package func add(_ name: String, after event: AuditEvent, _ body: @escaping CommittedHook) {
        entries.withLock { $0[event, default: []].append(Entry(name: name, body: body)) }
    }

    func hooks(after event: AuditEvent) -> [Entry] { entries.withLock { $0[event] ?? [] } }

    /// Called by the database after each commit; it waits for nothing.
    func receive(_ entries: [AuditEntry]) {
        for entry in entries where !hooks(after: entry.event).isEmpty {
            if case .dropped = continuation.yield(entry) { lost.add(1, ordering: .relaxed) }
        }
    }

    /// - Returns: the number of effects since the last call that found too many others waiting.
    func takeLost() -> Int { lost.exchange(0, ordering: .relaxed) }

    func end() { continuation.finish() }
}

extension Duration {
    /// The whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
