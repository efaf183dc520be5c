// SPDX-License-Identifier: Apache-2.0

/// Facts about a role of PostgreSQL and what it may do.
package struct RoleFacts: Sendable, Equatable {
    package let role: String
    /// The schema in which new tables are made; nil if there is none.
    package let schema: String?
    /// True if the role may make tables there.
    package let mayCreate: Bool
    /// True if the role owns the table of users, or is a member of the role that does: only such may make an index.
    package let ownsUsers: Bool
    /// True if row level security hides rows of the table from this role.
    package let isFiltered: Bool
}

/// The source of new ids.
package struct SequenceFacts: Sendable, Equatable {
    /// The name in the form that `setval` takes.
    package let name: String
    /// The id that the next row gets; nil if the role may not read it.
    package let next: Int64?
    /// False if the role may not use it, and it is not that of an identity column.
    package let isUsable: Bool
}

extension AdoptionCheck {
    /// Facts about the role of this connection. PostgreSQL only.
    /// - Throws: ``SQLError``.
    package func role(using users: SQLName) throws -> RoleFacts {
        let row = try connection.run(
            """
            SELECT CURRENT_USER::pg_catalog.text, pg_catalog.current_schema()::pg_catalog.text,
                COALESCE(pg_catalog.has_schema_privilege(pg_catalog.current_schema()::pg_catalog.text, 'CREATE'), false),
                pg_catalog.pg_has_role(c.relowner, 'USAGE'),
                pg_catalog.row_security_active(c.oid)
            FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(\(users.quoted))
            """
        ).single()
        return RoleFacts(
            role: try row.text(0), schema: try row.optionalText(1), mayCreate: try row.bool(2),
            ownsUsers: try row.bool(3), isFiltered: try row.bool(4))
    }

    /// The rights that the role lacks on a table, of those that are asked for. PostgreSQL only.
    /// - Parameter rights: such as `SELECT`.
    /// - Throws: ``SQLError``.
    package func missingRights(of rights: [String], on table: SQLName) throws -> [String] {
        try rights.filter { right in
            try !connection.run(
                """
                SELECT COALESCE(pg_catalog.has_table_privilege(pg_catalog.to_regclass(\(table.quoted)), \(right)), false)
                """
            ).single().bool(0)
        }
    }

    /// The sequence that the ids of a table come from. PostgreSQL only.
    /// - Returns: nil if there is none.
    /// - Throws: ``SQLError``.
    package func sequence(of users: SQLName) throws -> SequenceFacts? {
        let found = try connection.run(
            """
            SELECT q.name, s.seqincrement,
                pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT'),
                a.attidentity <> '' OR pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE'),
                COALESCE(n.nspname, '')::pg_catalog.text, COALESCE(c.relname, '')::pg_catalog.text
            FROM (SELECT pg_catalog.pg_get_serial_sequence(\(users.quoted), 'id') AS name) q
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = pg_catalog.to_regclass(q.name)
            JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a
                ON a.attrelid = pg_catalog.to_regclass(\(users.quoted)) AND a.attname = 'id'
            """
        ).first
        guard let row = found else { return nil }
        let name = try row.text(0)
        guard try row.bool(2) else {
            return SequenceFacts(name: name, next: nil, isUsable: try row.bool(3))
        }
        let step = try row.integer(1)
        let sequence = SQLName(try row.text(5), schema: try row.text(4))
        let state = try connection.run("SELECT last_value, is_called FROM \(name: sequence)").single()
        let last = try state.integer(0)
        let next = try state.bool(1) ? last.addingReportingOverflow(step).partialValue : last
        return SequenceFacts(name: name, next: next, isUsable: try row.bool(3))
    }

    /// The highest id; 0 without accounts.
    /// - Throws: ``SQLError``.
    package func highestID(in users: SQLName) throws -> Int64 {
        try connection.run("SELECT COALESCE(max(id), 0) FROM \(name: users)").single().integer(0)
    }
}
