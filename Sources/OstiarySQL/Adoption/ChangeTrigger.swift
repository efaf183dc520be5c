// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The triggers on an adopted table of accounts by which the changes of another program reach the change feed.
///
/// They announce a deletion, and a change of any column that ``columns`` names. A login there writes `last_login` alone,
/// which nobody keeps in memory for long enough to care.
package struct ChangeTrigger: Sendable, Hashable {
    private let users: QuotedName

    package init(on users: QuotedName) { self.users = users }

    /// The columns of Django's user model whose changes are announced.
    private static let columns = AdoptionTable.userColumns.filter { $0 != "last_login" }

    // MARK: - SQLite

    /// The names of the triggers of SQLite, each with the text that `sqlite_master` has of it.
    ///
    /// SQLite drops them with the table, which a migration of Django makes anew. A column that Django renames is renamed
    /// in the text, too, which is another text then.
    package var texts: [(name: String, text: String)] {
        let changed = Self.columns.map { "old.\($0) IS NOT new.\($0)" }.joined(separator: " OR ")
        let announcement = """
            BEGIN INSERT INTO ostiary_change (kind, subject, at) \
            VALUES ('user', CAST(old.id AS TEXT), CAST(strftime('%s', 'now') AS INTEGER) * 1000000); END
            """
        return [
            (
                "ostiary_user_updated",
                "CREATE TRIGGER ostiary_user_updated AFTER UPDATE ON \(users) WHEN \(changed) \(announcement)"
            ),
            (
                "ostiary_user_deleted",
                "CREATE TRIGGER ostiary_user_deleted AFTER DELETE ON \(users) \(announcement)"
            ),
        ]
    }

    /// The names and texts of the triggers that an SQLite file has.
    package static let listing: SQLQuery = """
        SELECT name, sql FROM sqlite_master
        WHERE type = 'trigger' AND name IN ('ostiary_user_updated', 'ostiary_user_deleted')
        """

    /// True if an SQLite file has the triggers as they should be.
    /// - Parameter rows: the rows of ``listing``.
    package func isComplete(_ rows: [SQLRow]) throws(SQLError) -> Bool {
        var found: [String: String] = [:]
        for row in rows { found[try row.text(0)] = try row.text(1) }
        return texts.allSatisfy { trigger in found[trigger.name]?.hasSameBytes(as: trigger.text) == true }
    }

    // MARK: - PostgreSQL

    /// The body of the function. It names no column in the language of the database: such a column could not be
    /// renamed, dropped or widened by a migration without failing there, or in each later write to the table.
    private static let body: String = {
        func values(_ row: String) -> String {
            "ARRAY[" + columns.map { "\(row)->'\($0)'" }.joined(separator: ", ") + "]"
        }
        return """

            DECLARE
                o pg_catalog.jsonb := pg_catalog.to_jsonb(OLD);
                n pg_catalog.jsonb := pg_catalog.to_jsonb(NEW);
            BEGIN
                IF TG_OP = 'DELETE' OR \(values("o")) IS DISTINCT FROM \(values("n")) THEN
                    PERFORM pg_catalog.pg_notify('ostiary_change', 'user ' || (o->>'id'));
                END IF;
                RETURN NULL;
            END

            """
    }()

    /// The statements that make the function and the trigger anew.
    private var script: String {
        """
        CREATE OR REPLACE FUNCTION ostiary_user_change() RETURNS pg_catalog.trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, pg_temp AS $ostiary$\(Self.body)$ostiary$;
        DROP TRIGGER IF EXISTS ostiary_user_change ON \(users);
        CREATE TRIGGER ostiary_user_change AFTER UPDATE OR DELETE ON \(users)
            FOR EACH ROW EXECUTE FUNCTION ostiary_user_change()
        """
    }

    /// The number that PostgreSQL has given the trigger, another one for each time it was made.
    /// - Parameter run: runs a statement there.
    /// - Returns: nil if there is none that announces every change.
    func number(_ run: (SQLQuery) throws -> [SQLRow]) throws -> Int64? {
        // Of `tgtype`: 1 for each row, 8 after a deletion, 16 after an update.
        try run(
            """
            SELECT t.oid::pg_catalog.int8 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
            WHERE t.tgrelid = pg_catalog.to_regclass(\(users.description)) AND t.tgname = 'ostiary_user_change'
                AND t.tgtype = 25 AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::pg_catalog.text = ''
                AND p.prosrc = \(Self.body)
            """
        ).first?.integer(0)
    }

    // MARK: - Both

    /// Makes the triggers anew unless they are as they should be.
    /// - Returns: true if they were made.
    func make(in transaction: SQLTransaction) throws -> Bool {
        switch transaction.dialect {
        case .sqlite:
            guard try !isComplete(transaction.run(Self.listing)) else { return false }
            for trigger in texts { try transaction.script("DROP TRIGGER IF EXISTS \(trigger.name); \(trigger.text)") }
        case .postgres:
            guard try number(transaction.run) == nil else { return false }
            // All writes to the table wait behind its lock.
            try transaction.execute("SET LOCAL lock_timeout = '2s'")
            try transaction.execute("SELECT pg_catalog.pg_advisory_xact_lock(\(AdvisoryLock.migrating))")
            guard try number(transaction.run) == nil else { return false }
            try transaction.script(script)
        }
        return true
    }
}
