// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

extension PostgresEngine {
    func findings(isDeployment: Bool) async throws -> [Finding] {
        let (missing, session) = try await database.read { connection in
            (try connection.run(Self.missingRights), try connection.run(Self.session))
        }
        var findings: [Finding] = []
        guard let row = session.first else { return [] }
        let role = try row.text(0)
        if !missing.isEmpty {
            let tables = try missing.map { "\(try $0.text(0)) (\(try $0.text(1)))" }
            findings.append(
                Finding(
                    .error, "missing_rights",
                    "The role \(role) lacks rights on tables: \(tables.joined(separator: ", ")).",
                    advice: "Let it own them, or run: GRANT SELECT, INSERT, UPDATE, DELETE ON these tables TO \(role)"))
        }
        guard isDeployment else { return findings }
        let powers = try row.text(1)
        if !powers.isEmpty {
            findings.append(
                Finding(
                    .warning, "powerful_role",
                    "The role \(role) has more power than a server needs: \(powers).",
                    advice: "Give the server a role of its own that owns its tables: CREATE ROLE ostiary LOGIN"))
        }
        if try row.bool(2) {
            findings.append(
                Finding(
                    .warning, "open_schema",
                    "Every role may create functions beside the tables, and have them run by \(role).",
                    advice: "Run: REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        }
        if try row.text(3) != "on" {
            findings.append(
                Finding(
                    .warning, "no_fsync", "The database does not survive a power failure: fsync is off.",
                    advice: "Turn fsync on in postgresql.conf."))
        }
        return findings
    }

    /// A server reads the list of migrations; another role may write it.
    private static let missingRights: SQLQuery = """
        SELECT c.relname::pg_catalog.text, pg_catalog.string_agg(r.name, ', ' ORDER BY r.place)
        FROM pg_catalog.pg_class c
        CROSS JOIN (VALUES (1, 'SELECT'), (2, 'INSERT'), (3, 'UPDATE'), (4, 'DELETE')) r (place, name)
        WHERE c.relkind IN ('r', 'p') AND pg_catalog.starts_with(c.relname::pg_catalog.text, 'ostiary_')
            AND pg_catalog.pg_table_is_visible(c.oid)
            AND (r.place = 1 OR c.relname <> 'ostiary_migration')
            AND NOT pg_catalog.has_table_privilege(c.oid, r.name)
        GROUP BY c.relname ORDER BY c.relname
        """

    private static let session: SQLQuery = """
        SELECT r.rolname::pg_catalog.text,
            pg_catalog.concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END,
                CASE WHEN r.rolcreaterole THEN 'creates roles' END, CASE WHEN r.rolreplication THEN 'replicates' END,
                CASE WHEN NOT r.rolsuper AND pg_catalog.pg_has_role('pg_execute_server_program', 'MEMBER')
                    THEN 'executes programs on the server' END),
            COALESCE(
                pg_catalog.has_schema_privilege('public', pg_catalog.current_schema()::pg_catalog.text, 'CREATE'), false),
            pg_catalog.current_setting('fsync')
        FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER
        """
}
