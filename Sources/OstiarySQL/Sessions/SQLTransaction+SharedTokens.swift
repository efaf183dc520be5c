// SPDX-License-Identifier: Apache-2.0

/// The live tokens of a range of sessions that are also rows of Django's table.
struct SharedTokens: Sendable {
    let table: QuotedName
    let after: [UInt8]
    let last: [UInt8]

    /// The condition on rows of `ostiary_refresh_token`.
    var tokens: SQLQuery {
        "spent_at IS NULL AND legacy_id IS NOT NULL AND session_id > \(after) AND session_id <= \(last)"
    }
}

extension SQLTransaction {
    /// Deletes the rows of Django's table. A token whose row is gone keeps its id.
    /// - Returns: the number of deleted rows.
    func deleteCopies(of shared: SharedTokens) throws -> Int {
        // Locked, so that no server spends one of them meanwhile. Row by row: a statement over the range would find tokens,
        // too, that were issued since, and those are not locked.
        let found: SQLQuery = """
            SELECT digest, legacy_id FROM ostiary_refresh_token WHERE \(shared.tokens) ORDER BY session_id\
            \(raw: dialect.lockingRow)
            """
        let tokens = try run(found).map { (digest: try $0.blob(0), row: try $0.integer(1)) }
        var deleted = 0
        for token in tokens {
            guard try execute("DELETE FROM \(name: shared.table) WHERE id = \(token.row)") == 1 else { continue }
            try execute("UPDATE ostiary_refresh_token SET legacy_id = NULL WHERE digest = \(token.digest)")
            deleted += 1
        }
        return deleted
    }
}
