// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The table `ostiary_audit`. It has no foreign key, since a row outlives its account. `changes` is a JSON object
    /// of pairs of old and new by name. Ids are not reused, since the newest row is never deleted: it is younger than a
    /// day. The journal of settings moves into this table.
    static let audit = Migration(name: "0012_audit") { dialect in
        let changes =
            switch dialect {
            case .sqlite: "json_object(name, json_array(old_value, new_value))"
            case .postgres:
                "pg_catalog.json_build_object(name, pg_catalog.json_build_array(old_value, new_value))::text"
            }
        return [
            """
            CREATE TABLE ostiary_audit (
                id \(dialect.countedPrimaryKey),
                at BIGINT NOT NULL,
                event TEXT NOT NULL,
                actor TEXT NOT NULL,
                user_id BIGINT,
                session_id \(dialect.blob),
                network TEXT,
                request TEXT,
                cause TEXT,
                object TEXT,
                changes TEXT,
                count BIGINT NOT NULL
            )
            """,
            """
            INSERT INTO ostiary_audit (at, event, actor, object, changes, count)
            SELECT at, 'setting_changed',
                CASE WHEN author = 'another program' THEN author ELSE 'operator:' || author END,
                name, \(changes), 1
            FROM ostiary_setting_journal ORDER BY id
            """,
            "DROP TABLE ostiary_setting_journal",
            "CREATE INDEX ostiary_audit_user ON ostiary_audit (user_id, id) WHERE user_id IS NOT NULL",
            "CREATE INDEX ostiary_audit_object ON ostiary_audit (object, id) WHERE object IS NOT NULL",
        ]
    }
}
