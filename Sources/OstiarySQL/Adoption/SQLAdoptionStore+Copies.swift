// SPDX-License-Identifier: Apache-2.0

extension SQLAdoptionStore {
    /// The most live tokens of one transaction.
    private static let portion: Int64 = 500

    /// Deletes the rows that this product has made in Django's table of refresh tokens, in small portions beside running
    /// servers. The tokens stay live here.
    ///
    /// A token whose row is gone was spent by Django, so it keeps the id of the row and stays refused.
    /// - Parameter progress: called with the number of deleted rows so far.
    /// - Returns: the number of deleted rows.
    /// - Throws: ``StoreUnavailable``.
    package func deleteCopies(progress: (Int) -> Void) async throws -> Int {
        guard let table = database.adopted?.adoption.refreshTokens?.table else { return 0 }
        var (deleted, after): (Int, [UInt8]) = (0, [])
        while let last = try await lastSession(behind: after) {
            let portion = SharedTokens(table: table, after: after, last: last)
            deleted += try await database.patient.commit { try $0.deleteCopies(of: portion) }
            after = last
            progress(deleted)
        }
        return deleted
    }

    /// The last session of the next portion of live tokens; nil behind the last one.
    private func lastSession(behind session: [UInt8]) async throws -> [UInt8]? {
        let query: SQLQuery = """
            SELECT session_id FROM (
                SELECT session_id FROM ostiary_refresh_token WHERE spent_at IS NULL AND session_id > \(session)
                ORDER BY session_id LIMIT \(Self.portion)
            ) p ORDER BY session_id DESC LIMIT 1
            """
        return try await database.fetch { try $0.run(query).first?.blob(0) }
    }
}
