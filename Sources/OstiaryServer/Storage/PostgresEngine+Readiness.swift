// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

extension PostgresEngine {
    /// A standby or read-only server answers too, but accepts no writes.
    func reach() async -> DatabaseState {
        let answer = try? await database.read { connection in
            try connection.run(
                """
                SELECT pg_catalog.current_setting('default_transaction_read_only') OPERATOR(pg_catalog.=) 'on',
                    (SELECT count(*) FROM (SELECT 1 FROM ostiary_setting LIMIT 1) s)
                """
            ).first?.bool(0)
        }
        guard let isReadOnly = answer else { return .unavailable }
        return isReadOnly ? .cannotWrite(.readOnly) : .ok
    }

    func tryWriting(isGrowing: Bool) async throws {
        let missingWrites = missingWrites
        try await attempt { transaction in
            let missing = try transaction.run(missingWrites).first?.optionalText(0)
            if let missing { throw SQLError(.denied, advice: "the role lacks rights on tables: \(missing)") }
            try transaction.execute("UPDATE ostiary_signing_key SET slot = slot")
        }
        guard isGrowing else { return }
        do {
            try await attempt { transaction in
                // A row that is rolled back takes space all the same, until the next VACUUM. Small rows may find some
                // in pages that exist; this one needs more, and random text is not compressed.
                try transaction.execute(
                    """
                    INSERT INTO ostiary_setting_copy (name, value) SELECT 'room for a value', pg_catalog.string_agg(
                        pg_catalog.md5(pg_catalog.concat(n, pg_catalog.clock_timestamp())), '')
                    FROM pg_catalog.generate_series(1, 1024) n
                    """)
                throw Enough()
            }
        } catch is Enough {}
    }

    private struct Enough: Error {}

    private func attempt(_ body: @escaping @Sendable (SQLTransaction) throws -> Void) async throws {
        try await database.write(until: .now + .seconds(3), body, trace: nil)
    }

    /// The rights without which nobody can log in or refresh. `check` asks for all.
    private var missingWrites: SQLQuery {
        let users = adoption?.users.name.description ?? "ostiary_user"
        var others: SQLQuery = ""
        if let tokens = adoption?.refreshTokens {
            others = ", (\(tokens.table.description), 'DELETE'), (\(tokens.table.description), 'INSERT')"
        }
        return """
            SELECT pg_catalog.string_agg(pg_catalog.concat(r.tab, ' (', r.name, ')'), ', ' ORDER BY r.tab, r.name)
            FROM (VALUES ('ostiary_audit', 'INSERT'), ('ostiary_session', 'INSERT'), ('ostiary_session', 'UPDATE'),
                ('ostiary_refresh_token', 'INSERT'), ('ostiary_refresh_token', 'UPDATE'), (\(users), 'UPDATE')\(others)
            ) r (tab, name)
            WHERE NOT COALESCE(pg_catalog.has_table_privilege(pg_catalog.to_regclass(r.tab), r.name), false)
            """
    }
}
