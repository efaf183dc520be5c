// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The state that ``RefreshRule`` judges: of the token `t`, its session `s` and its user `u`.
struct PresentedRow {
    static let columns: StaticString = """
        t.expires_at, t.parent_key, s.started_at, s.ended_at, u.is_active,
        t.spent_at, t.spent_key, t.access_expires_at, t.successor, t.sealed_successor
        """

    static let count = 10

    let token: RefreshRule.Presented
    /// nil while the token is live, and for one that was spent before successors were kept.
    let successor: (RefreshTokenDigest, SealedSuccessor)?

    /// - Parameters:
    ///   - first: the column of `t.expires_at`.
    ///   - transaction: the transaction that holds the lock of the row. It reads the successor by a second statement:
    ///     under READ COMMITTED a joined row keeps the snapshot from before the wait for the lock, and would miss a
    ///     successor that was committed meanwhile.
    init(_ row: SQLRow, from first: Int, successors transaction: SQLTransaction) throws {
        if let digest = try row.optionalBlob(first + 8), let sealed = try row.optionalBlob(first + 9) {
            successor = (RefreshTokenDigest(bytes: digest), SealedSuccessor(bytes: sealed))
        } else {
            successor = nil
        }
        let spentKey = try row.optionalBlob(first + 6).map(IdempotencyKeyDigest.init(bytes:))
        let accessExpiresAt = try row.optionalTimestamp(first + 7)
        let next = try successor.flatMap { try transaction.state(of: $0.0) }
        token = RefreshRule.Presented(
            spending: try row.optionalTimestamp(first + 5).map {
                RefreshRule.Spending(at: $0, key: spentKey, accessExpiresAt: accessExpiresAt ?? $0, successor: next)
            },
            expiresAt: try row.timestamp(first),
            parentKey: try row.optionalBlob(first + 1).map(IdempotencyKeyDigest.init(bytes:)),
            sessionStartedAt: try row.timestamp(first + 2), sessionEndedAt: try row.optionalTimestamp(first + 3),
            isUserActive: try row.bool(first + 4)
        )
    }
}

extension SQLTransaction {
    fileprivate func state(of successor: RefreshTokenDigest) throws -> RefreshRule.Successor? {
        let query: SQLQuery =
            "SELECT spent_at, expires_at FROM ostiary_refresh_token WHERE digest = \(successor.bytes)"
        return try run(query).first.map { row in
            RefreshRule.Successor(isSpent: try row.optionalInteger(0) != nil, expiresAt: try row.timestamp(1))
        }
    }
}
