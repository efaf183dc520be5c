// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A foreign key of one column.
package struct ForeignKey: Sendable, Hashable {
    /// The table and the column that refer to another table.
    package var table: QuotedName
    package var column: QuotedName
    /// The table that is referred to.
    package var target: QuotedName
    /// True if the database itself deletes the row, or sets its column to NULL.
    package var isDoneByDatabase: Bool
    /// True if the column may be NULL.
    package var isOptional: Bool
}

extension SQLConnection {
    /// The foreign keys of all tables of the schema, without those of the product. A key of several columns, or with a
    /// name that no statement of the product can have, is left out.
    package func foreignKeys() throws -> [ForeignKey] {
        let rows: [SQLRow] =
            switch dialect {
            case .sqlite:
                try run(
                    """
                    SELECT m.name, k."from", k."table", k.on_delete IN ('CASCADE', 'SET NULL'), NOT c."notnull"
                    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k
                    JOIN pragma_table_info(m.name) c ON c.name = k."from"
                    WHERE m.type = 'table' AND m.name NOT LIKE 'ostiary\\_%' ESCAPE '\\'
                        AND NOT EXISTS (
                            SELECT 1 FROM pragma_foreign_key_list(m.name) o WHERE o.id = k.id AND o.seq > 0)
                    ORDER BY m.name, k."from"
                    """)
            case .postgres:
                try run(
                    """
                    SELECT t.relname::text, a.attname::text, r.relname::text, c.confdeltype IN ('c', 'n'), NOT a.attnotnull
                    FROM pg_catalog.pg_constraint c
                    JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
                    JOIN pg_catalog.pg_class r ON r.oid = c.confrelid
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
                    WHERE c.contype = 'f' AND pg_catalog.cardinality(c.conkey) = 1
                        AND pg_catalog.pg_table_is_visible(t.oid) AND t.relname NOT LIKE 'ostiary\\_%'
                    ORDER BY 1, 2
                    """)
            }
        return try rows.compactMap { row in
            guard let table = QuotedName(try row.text(0)), let column = QuotedName(try row.text(1)),
                let target = QuotedName(try row.text(2))
            else { return nil }
            return ForeignKey(
                table: table, column: column, target: target, isDoneByDatabase: try row.bool(3),
                isOptional: try row.bool(4))
        }
    }
}
