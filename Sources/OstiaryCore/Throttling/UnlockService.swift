// SPDX-License-Identifier: Apache-2.0

/// Obeys the unlocks of operators, whose commands know neither the budgets of a server nor the key of their names.
///
/// Unlocks are read from the audit log. So a server whose change feed was interrupted finds those that it has missed.
package struct UnlockService: Sendable {
    /// The longest time in seconds after which an unlock is obeyed: by then the run of failures is forgotten anyway.
    private static let memory = 86_400
    private static let limit = 1_000

    private let accounts: any AccountStore
    private let audit: any AuditStore
    private let throttling: Throttling
    private let now: WallClock
    /// The ids of the entries that need no obedience any more; nil before the first reading.
    private var seen: Set<Int64>?

    package init(
        accounts: any AccountStore, audit: any AuditStore, throttling: Throttling,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.accounts = accounts
        self.audit = audit
        self.throttling = throttling
        self.now = now
    }

    /// Reads the unlocks, and makes the budgets of accounts whole that were not in the log at the last reading. The
    /// first reading changes nothing, since a server begins with whole budgets, or with those of servers that ran.
    /// - Throws: ``StoreUnavailable``; the next call goes on where this one has stopped.
    package mutating func obey() async throws {
        let now = now()
        let context = RequestContext(actor: .system, now: now)
        let unlocks = try await audit.entries(
            AuditQuery(
                object: AuditEntry.budgets, event: .accountUnlocked, since: now.adding(seconds: -Self.memory),
                limit: Self.limit),
            in: context)
        let ids = Set(unlocks.map(\.id))
        guard let before = seen else {
            seen = ids
            return
        }
        seen = before.intersection(ids)
        for unlock in unlocks where !before.contains(unlock.id) {
            if let user = unlock.user {
                let networks = try await accounts.knownNetworks(of: user, limit: Self.limit, in: context)
                await throttling.unlock(user, knownFrom: networks)
            }
            seen?.insert(unlock.id)
        }
    }
}

extension AuditEntry {
    /// The object of unlocks.
    fileprivate static let budgets = "budgets"

    /// The entry of an unlocked account.
    package static func unlock(of user: User.ID, in context: RequestContext) -> AuditEntry {
        AuditEntry(.accountUnlocked, of: user, object: budgets, in: context)
    }
}
