// SPDX-License-Identifier: Apache-2.0

extension AdoptionCheck {
    /// All tables of the database, those of the engine left out, in the order of their names.
    /// - Throws: ``SQLError``.
    package func tables() throws -> [AdoptionTable] {
        var tables: [AdoptionTable] = []
        for row in try connection.run(connection.dialect == .sqlite ? Self.sqliteColumns : Self.postgresColumns) {
            let name = SQLName(try row.text(1), schema: try row.optionalText(0))
            if tables.last?.name != name { tables.append(AdoptionTable(name: name, isVisible: try row.bool(2))) }
            tables[tables.count - 1].columns.append(
                AdoptionTable.Column(
                    name: try row.text(3), type: try row.text(4).lowercased(), isRequired: try row.bool(5),
                    hasDefault: try row.bool(6), isKey: try row.bool(7), isUnique: try row.bool(8)))
        }
        return tables
    }

    /// SQLite fills a sole key of the type `INTEGER`, so that counts as a default. Of a generated column (`hidden` 2 and
    /// 3) nothing may be given.
    private static let sqliteColumns: SQLQuery = """
        SELECT NULL, m.name, 1, c.name, c.type, c."notnull" OR c.pk > 0,
            c.dflt_value IS NOT NULL OR c.hidden IN (2, 3) OR (c.pk = 1 AND k.parts = 1 AND lower(c.type) = 'integer'),
            c.pk = 1 AND k.parts = 1,
            (c.pk = 1 AND k.parts = 1) OR EXISTS (
                SELECT 1 FROM pragma_index_list(m.name) i WHERE i."unique" AND NOT i.partial
                    AND (SELECT count(*) = 1 AND max(x.name) = c.name FROM pragma_index_info(i.name) x))
        FROM sqlite_master m
        JOIN (
            SELECT n.name, (SELECT count(*) FROM pragma_table_info(n.name) p WHERE p.pk > 0) AS parts
            FROM sqlite_master n WHERE n.type = 'table'
        ) k ON k.name = m.name
        JOIN pragma_table_xinfo(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^' AND c.hidden <> 1
        ORDER BY m.name, c.cid
        """

    private static let postgresColumns: SQLQuery = """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, pg_catalog.pg_table_is_visible(c.oid),
            a.attname::pg_catalog.text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
            a.atthasdef OR a.attidentity <> '',
            EXISTS (SELECT 1 FROM pg_catalog.pg_index i
                WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum),
            EXISTS (SELECT 1 FROM pg_catalog.pg_index i
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                    AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        ORDER BY n.nspname, c.relname, a.attnum
        """

    /// The foreign keys to a table, without those of the product's own tables and without their counts.
    /// - Throws: ``SQLError``.
    package func references(to table: SQLName) throws -> [AdoptionReference] {
        let query: SQLQuery =
            switch connection.dialect {
            case .sqlite:
                """
                SELECT NULL, m.name, f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
                WHERE m.type = 'table' AND lower(f."table") = lower(\(table.text))
                    AND m.name NOT LIKE 'ostiary^_%' ESCAPE '^' AND f.seq = 0
                ORDER BY m.name, f."from"
                """
            case .postgres:
                """
                SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, a.attname::pg_catalog.text
                FROM pg_catalog.pg_constraint k
                JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
                WHERE k.contype = 'f' AND k.confrelid = pg_catalog.to_regclass(\(table.quoted))
                    AND k.conparentid = 0 AND NOT pg_catalog.starts_with(c.relname::pg_catalog.text, 'ostiary_')
                ORDER BY n.nspname, c.relname, a.attname
                """
            }
        let keys = try connection.foreignKeys()
        let groups = QuotedName(table.text).flatMap { GroupTables(of: $0, among: keys) }
        return try connection.run(query).map { row in
            let (name, column) = (SQLName(try row.text(1), schema: try row.optionalText(0)), try row.text(2))
            // A server looks at the tables of its schema only.
            let key = keys.first {
                name.schema == table.schema && $0.table.text == name.text && $0.column.text == column
            }
            return AdoptionReference(table: name, column: column, deletion: Self.deletion(of: key, groups))
        }
    }

    private static func deletion(of key: ForeignKey?, _ groups: GroupTables?) -> AdoptionReference.Deletion {
        guard let key else { return .refused }
        if key.isDoneByDatabase { return .automatic }
        if DjangoTables.isForgotten(key.table) { return .forgotten }
        return groups?.has(key.table) == true || DjangoTables.isDeleted(key.table) ? .deleted : .refused
    }

    /// The configuration that servers on this database have recorded; nil for none.
    /// - Throws: ``SQLError``.
    package func recordedConfiguration() throws -> String? {
        guard try connection.hasTable("ostiary_adoption") else { return nil }
        return try connection.run("SELECT configuration FROM ostiary_adoption").first?.text(0)
    }

    /// The greatest number of rows that are counted for one foreign key.
    package static let referenceLimit: Int64 = 1_000_000

    /// The number of rows of a foreign key that reference a user, at most ``referenceLimit``.
    /// - Throws: ``SQLError``, `denied` where the role may not read the table.
    package func rows(of reference: AdoptionReference) throws -> Int64 {
        let column = SQLName(reference.column)
        let query: SQLQuery = """
            SELECT count(*) FROM (
                SELECT 1 AS one FROM \(name: reference.table) WHERE \(name: column) IS NOT NULL
                LIMIT \(Self.referenceLimit)
            ) r
            """
        return try connection.run(query).single().integer(0)
    }
}
