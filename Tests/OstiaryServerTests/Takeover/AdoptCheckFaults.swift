// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd.AdoptCheck {
    static let allCodes = AdoptionFinding.Code.allCases.map(\.rawValue)

    /// A fault and the way to plant it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let code: String
        let engine: Engine
        /// The other errors that come with it.
        var companions: Set<String> = []
        var edit: @Sendable (String) -> String = { $0 }
        var rows = DjangoTables.rows
        /// Run behind the rows.
        var sql = ""
        var arguments: [String] = []
        var environment = EndToEnd.AdoptCheck.key
        var launcher: [String] = []
        /// Changes what SQL cannot; returns false where this user may not.
        var plant: @Sendable (any DjangoSite) throws -> Bool = { _ in true }
        var count: Int?
        var samples: [String] = []
        /// A part of the text or of the advice.
        var says = ""

        var testDescription: String { "\(code) on \(engine) \(sql.prefix(40)) \(arguments.joined(separator: " "))" }

        static let all = forBoth(.sqlite) + forBoth(.postgres) + onSQLite + onPostgres

        /// The expected level, which the exit code follows.
        var level: String {
            switch code {
            case "unreadable_database", "no_user_table", "no_integer_key": "cannot"
            case _ where Self.warnings.contains(code): "warning"
            default: "error"
            }
        }

        static let warnings: Set = [
            "alike_addresses", "foreign_addresses", "empty_addresses", "malformed_addresses", "repeatable_address",
            "unique_column", "unknown_hashes", "short_salts", "other_hasher", "other_rounds", "setting_out_of_range",
            "unreadable_settings", "settings_elsewhere", "references", "other_schema", "pooler", "rollback_mode",
            "clear_tokens",
        ]

        private static func user(_ email: String, _ password: String = DjangoTables.hash()) -> String {
            "\(DjangoTables.insertion)\(DjangoTables.values(email, password: password));"
        }

        private static func forBoth(_ engine: Engine) -> [Fault] {
            let constance =
                #"INSERT INTO constance_constance (key, value) VALUES ('ACCESS_TOKEN_LIFETIME', "#
                + #"'{"__type__": "default", "__value__": 0}');"#
            return [
                Fault(
                    code: "no_user_table", engine: engine, sql: "ALTER TABLE auth_api_customuser RENAME email TO mail;"),
                Fault(
                    code: "no_user_table", engine: engine, arguments: ["--user-table", "auth_api_customusr"],
                    says: "Did you mean auth_api_customuser?"),
                Fault(
                    code: "several_user_tables", engine: engine,
                    sql: "CREATE TABLE \"Old Users\" (id integer, password text, last_login text, email text);",
                    says: "Old Users, auth_api_customuser"),
                Fault(
                    code: "no_integer_key", engine: engine,
                    sql: "CREATE TABLE uuids (id char(32) PRIMARY KEY, \(columns(engine)));",
                    arguments: ["--user-table", "uuids"], says: "import users"),
                Fault(
                    code: "missing_column", engine: engine,
                    sql: "ALTER TABLE auth_api_customuser DROP COLUMN is_staff;",
                    says: "no column is_staff"),
                Fault(
                    code: "wrong_type", engine: engine,
                    edit: {
                        $0.replacing(#""is_active" bool"#, with: #""is_active" real"#)
                            .replacing("last_login timestamptz", with: "last_login timestamp")
                    },
                    says: engine == .sqlite ? "real" : "timestamp without time zone"),
                Fault(
                    code: "no_default", engine: engine,
                    edit: {
                        $0.replacing("\"last_name\"", with: "\"phone\" varchar(20) NOT NULL, \"last_name\"")
                            .replacing("last_name varchar", with: "phone varchar(20) NOT NULL, last_name varchar")
                    },
                    rows: "",
                    says: "--user-default phone=VALUE"),
                Fault(
                    code: "unknown_default", engine: engine, arguments: ["--user-default", "phone=1"], says: "phone"),
                Fault(
                    code: "no_refresh_table", engine: engine, arguments: ["--legacy-refresh-table", "tokens"],
                    says: "log in again"),
                Fault(code: "no_key", engine: engine, environment: [:], says: "SECRET_KEY"),
                Fault(
                    code: "short_key", engine: engine,
                    environment: ["OSTIARY_SECRET_KEY": "thirty-one bytes is one too few"], says: "32 bytes"),
                Fault(
                    code: "own_accounts", engine: engine, sql: "CREATE TABLE ostiary_user (id integer);",
                    says: "ostiary_user"),
                Fault(
                    code: "alike_addresses", engine: engine,
                    sql: user("ADA@example.com") + user("Ada@Example.com") + user("BOB@example.com"), count: 5,
                    samples: ["ADA@example.com, ada@example.com"]),
                Fault(
                    code: "foreign_addresses", engine: engine,
                    sql: (0..<12).map { user("user\($0)@bücher.example") }.joined(), count: 12,
                    samples: ["user0@bücher.example", "user9@bücher.example"]),
                Fault(code: "empty_addresses", engine: engine, sql: user(""), count: 1, samples: ["id 4"]),
                Fault(
                    code: "malformed_addresses", engine: engine, sql: user("nobody") + user("@x") + user("x@"),
                    count: 3,
                    samples: ["nobody", "@x", "x@"]),
                Fault(
                    code: "repeatable_address", engine: engine,
                    edit: {
                        $0.replacing(#""email" varchar(254) NOT NULL UNIQUE"#, with: #""email" varchar(254) NOT NULL"#)
                            .replacing(" CONSTRAINT auth_api_customuser_email_key UNIQUE", with: "")
                    }),
                Fault(
                    code: "unique_column", engine: engine,
                    plant: {
                        try $0.run("UPDATE auth_api_customuser SET username = email")
                        try $0.run("CREATE UNIQUE INDEX u ON auth_api_customuser (username)")
                        return true
                    }, says: "username"),
                Fault(
                    code: "unknown_hashes", engine: engine,
                    sql: user("m@example.com", "md5$salt$0123") + user("c@example.com", "in clear"), count: 2,
                    samples: ["md5", "?"]),
                Fault(
                    code: "short_salts", engine: engine, sql: user("s@example.com", DjangoTables.hash(salt: "short")),
                    count: 1),
                Fault(
                    code: "other_hasher", engine: engine,
                    sql: "UPDATE auth_api_customuser SET password = '\(argon2)';", says: "argon2"),
                Fault(
                    code: "other_rounds", engine: engine, arguments: ["--password-hasher", "pbkdf2_sha256:999"],
                    says: "pbkdf2_sha256:1000"),
                Fault(
                    code: "setting_out_of_range", engine: engine, sql: constance,
                    arguments: ["--settings-store", "constance-table"], says: "ACCESS_TOKEN_LIFETIME"),
                Fault(
                    code: "unreadable_settings", engine: engine,
                    arguments: ["--redis-url", "redis://127.0.0.1:1"], says: "Redis cannot be reached"),
                Fault(
                    code: "unreadable_settings", engine: engine, sql: "DROP TABLE constance_constance;",
                    arguments: ["--settings-store", "constance-table"], says: "no table constance_constance"),
                Fault(code: "settings_elsewhere", engine: engine, sql: constance, says: "constance-table"),
                Fault(
                    code: "references", engine: engine, count: 2, says: "Shop \"Order\".Buyer (2)"),
                Fault(code: "clear_tokens", engine: engine, says: "adopt --finish"),
            ]
        }

        private static let argon2 =
            "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHRzYWx0c2FsdA$qLml5cvRLjbXrHBCZHsnVBqVbOXqQWCFWRTh0CSK0+A"

        /// The columns of a user model behind the key.
        private static func columns(_ engine: Engine) -> String {
            let (moment, boolean) = engine == .sqlite ? ("datetime", "bool") : ("timestamptz", "boolean")
            return """
                password varchar(128) NOT NULL, last_login \(moment), is_superuser \(boolean) NOT NULL, \
                email varchar(254) NOT NULL UNIQUE, username varchar(150) NOT NULL, first_name varchar(150) NOT NULL, \
                last_name varchar(150) NOT NULL, is_active \(boolean) NOT NULL, is_staff \(boolean) NOT NULL
                """
        }

        private static let onSQLite: [Fault] = [
            Fault(
                code: "unreadable_database", engine: .sqlite, arguments: ["--database-url", "sqlite:/nonexistent/db"],
                says: "/nonexistent/db"),
            Fault(
                code: "unreadable_database", engine: .sqlite,
                plant: { site in
                    guard let site = site as? SQLiteSite else { return false }
                    try Data(String(repeating: "no database ", count: 100).utf8).write(to: URL(filePath: site.path))
                    return chmod(site.path, 0o600) == 0
                }, says: "is not an SQLite database"),
            Fault(
                code: "unwritable_file", engine: .sqlite,
                launcher: ["/usr/bin/setpriv", "--reuid", "65534", "--clear-groups", "--"],
                plant: { site in
                    guard geteuid() == 0, let site = site as? SQLiteSite else { return false }
                    return chmod(site.path, 0o644) == 0 && chmod(site.directory.path, 0o755) == 0
                }, says: "(user 65534)"),
            Fault(
                code: "untrusted_file", engine: .sqlite,
                plant: { site in (site as? SQLiteSite).map { chmod($0.path, 0o666) == 0 } ?? false },
                says: "others may write"),
            Fault(
                code: "foreign_log", engine: .sqlite, companions: ["untrusted_file"],
                plant: { site in
                    guard geteuid() == 0, let site = site as? SQLiteSite else { return false }
                    return FileManager.default.createFile(atPath: site.path + "-wal", contents: nil)
                        && chown(site.path + "-wal", 65_534, 65_534) == 0
                }, says: "belongs to user 65534"),
            Fault(code: "rollback_mode", engine: .sqlite, says: "switches it to WAL"),
        ]

        /// A role with the rights of a server, but for what a fault takes away.
        private static func role(_ name: String, _ sql: String = "") -> @Sendable (any DjangoSite) throws -> Bool {
            { site in
                guard let site = site as? PostgresSite else { return false }
                let role = "\(name)_\(site.database)"
                try site.run(
                    """
                    CREATE ROLE \(role) LOGIN;
                    GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role);
                    GRANT ALL ON SCHEMA public TO \(role);
                    ALTER TABLE auth_api_customuser OWNER TO \(role);
                    \(sql.replacing("$ROLE", with: role))
                    """)
                site.role = role
                return true
            }
        }

        private static let onPostgres: [Fault] = [
            Fault(
                code: "unreadable_database", engine: .postgres,
                arguments: ["--database-url", "postgres://nobody@127.0.0.1:1/nothing"], says: "127.0.0.1:1"),
            Fault(
                code: "unreadable_database", engine: .postgres,
                plant: role("reader", "ALTER ROLE $ROLE SET default_transaction_read_only = on"),
                says: "default_transaction_read_only"),
            Fault(
                code: "sequence_behind", engine: .postgres,
                sql: "UPDATE auth_api_customuser SET id = 9007199254740993 WHERE id = 3;",
                says: "SELECT setval('public.auth_api_customuser_id_seq', 9007199254740993);"),
            Fault(
                code: "no_sequence", engine: .postgres,
                sql: "ALTER TABLE auth_api_customuser ALTER COLUMN id DROP IDENTITY;", says: "no sequence"),
            Fault(
                code: "missing_rights", engine: .postgres,
                plant: role(
                    "lacking", "REVOKE SELECT, DELETE ON \"Shop \"\"Order\"\"\", auth_api_refreshtoken FROM $ROLE"),
                says: "auth_api_refreshtoken (SELECT, DELETE), Shop \"Order\" (SELECT)"),
            Fault(
                code: "not_owner", engine: .postgres,
                plant: role(
                    "guest",
                    "ALTER TABLE auth_api_customuser OWNER TO ostiary; GRANT ALL ON auth_api_customuser TO $ROLE"),
                says: "does not own auth_api_customuser"),
            Fault(
                code: "no_schema", engine: .postgres,
                plant: role("homeless", "REVOKE CREATE ON SCHEMA public FROM $ROLE, PUBLIC"), says: "GRANT CREATE"),
            Fault(
                code: "hidden_schema", engine: .postgres,
                edit: { "CREATE SCHEMA \"App\"; SET search_path = \"App\"; \($0)" }, rows: "",
                says: "SET search_path = \"App\""),
            Fault(
                code: "other_schema", engine: .postgres,
                edit: { "CREATE SCHEMA app; SET search_path = app; \($0)" }, rows: "",
                plant: { site in
                    guard let site = site as? PostgresSite else { return false }
                    try site.run("ALTER DATABASE \(site.database) SET search_path = app")
                    return true
                }, says: "is in the schema app"),
            Fault(
                code: "row_security", engine: .postgres,
                plant: role(
                    "filtered",
                    "ALTER TABLE auth_api_customuser ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"),
                says: "BYPASSRLS"),
            Fault(
                code: "pooler", engine: .postgres,
                plant: { site in
                    guard let site = site as? PostgresSite else { return false }
                    site.pooler = try Pooler(site.server, site.database)
                    return true
                }, says: "directly"),
        ]
    }
}
