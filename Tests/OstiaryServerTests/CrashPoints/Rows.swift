// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport

/// What the tables hold, counted: an operation adds to it all that is its own, or nothing.
struct Rows: Equatable {
    var users = 0
    /// Users who have ever logged in.
    var entered = 0
    var sessions = 0
    var ended = 0
    /// What other nodes are told; where the table of changes is not kept, what they are told of.
    var announced = 0
    var tokens = 0
    var spent = 0
    /// Audit entries; those of refusals are written later than the refusal, that of a setup link by each start.
    var audited = 0
    /// Groups, their permissions and members.
    var granted = 0
    /// The value of a setting that changes by one.
    var set = 0

    static func + (one: Rows, other: Rows) -> Rows {
        Rows(
            users: one.users + other.users, entered: one.entered + other.entered,
            sessions: one.sessions + other.sessions, ended: one.ended + other.ended,
            announced: one.announced + other.announced, tokens: one.tokens + other.tokens,
            spent: one.spent + other.spent, audited: one.audited + other.audited,
            granted: one.granted + other.granted, set: one.set + other.set
        )
    }
}

extension Rows {
    private static let ended: StaticString = "SELECT count(ended_at) FROM ostiary_session"
    private static let told: StaticString = """
        SELECT (SELECT count(ended_at) FROM ostiary_session) + (SELECT count(*) FROM ostiary_token_cutoff)
        """
    /// The newest, because the old ones are deleted.
    private static let changes: StaticString = "SELECT coalesce(max(id), 0) FROM ostiary_change"

    /// The counts, and behind them the rows that must not be: sessions without exactly one live token, and tokens whose
    /// successor is missing.
    private static let counts: [StaticString] = [
        "SELECT count(*) FROM ostiary_user", "SELECT count(last_login) FROM ostiary_user",
        "SELECT count(*) FROM ostiary_session", ended, "SELECT count(*) FROM ostiary_refresh_token",
        "SELECT count(spent_at) FROM ostiary_refresh_token",
        """
        SELECT count(*) FROM ostiary_audit
        WHERE event NOT IN ('login_refused', 'password_refused', 'setup_link_made')
        """,
        """
        SELECT (SELECT count(*) FROM ostiary_group) + (SELECT count(*) FROM ostiary_group_permission)
            + (SELECT count(*) FROM ostiary_group_member)
        """,
        "SELECT coalesce(sum(CAST(value AS INTEGER)), 0) FROM ostiary_setting WHERE name = 'AUDIT_RETENTION'",
        """
        SELECT count(*) FROM ostiary_session s WHERE 1 <> (
            SELECT count(*) FROM ostiary_refresh_token t WHERE t.session_id = s.id AND t.spent_at IS NULL)
        """,
        """
        SELECT count(*) FROM ostiary_refresh_token t WHERE t.spent_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM ostiary_refresh_token n WHERE n.digest = t.successor AND n.session_id = t.session_id)
        """,
    ]

    private init(_ counts: [Int], announced: Int) throws {
        guard counts.count == 11 else { throw Failure("not the counts: \(counts)") }
        guard counts[9] == 0 else { throw Failure("\(counts[9]) sessions have no live token or several") }
        guard counts[10] == 0 else { throw Failure("\(counts[10]) spent tokens have no successor") }
        self.init(
            users: counts[0], entered: counts[1], sessions: counts[2], ended: counts[3], announced: announced,
            tokens: counts[4], spent: counts[5], audited: counts[6], granted: counts[7], set: counts[8]
        )
    }

    /// Reads a file that a server uses. While none does this must not be called: to close the last connection moves the
    /// log into the file, and the server's own recovery would have nothing left to do.
    /// - Throws: ``Failure`` also where SQLite finds the file damaged.
    init(sqlite path: String) throws {
        let connection = try SQLiteConnection(path: path, role: .reader, busyTimeout: 5_000)
        let damage = try connection.run("PRAGMA integrity_check").map { try $0.text(0) }
        guard damage == ["ok"] else { throw Failure("the file is damaged: \(damage)") }
        guard try connection.run("PRAGMA foreign_key_check").isEmpty else { throw Failure("rows without their owner") }
        func number(_ sql: StaticString) throws -> Int {
            Int(try connection.run(SQLQuery(stringLiteral: sql)).first?.integer(0) ?? -1)
        }
        try self.init(Self.counts.map(number), announced: number(Self.changes))
    }

    init(_ postgres: PostgresServer, database: String) throws {
        let columns = (Self.counts + [Self.told]).map { "(\($0))" }.joined(separator: ", ")
        let row = try postgres.query("SELECT \(columns)", in: database).split(separator: "|").compactMap { Int($0) }
        try self.init(Array(row.dropLast()), announced: row.last ?? -1)
    }
}
