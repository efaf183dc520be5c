// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A PostgreSQL that refuses, in every way that an operator can meet: one line with a remedy, and the exit code 69.
    @Suite struct PostgresFailures {
        private struct Refusal {
            let url: String
            var command = ["users", "list"]
            /// Words of the remedy, and of the server's own reason.
            let words: [String]
        }

        private func expect(_ refusal: Refusal) throws {
            let result = try runCommand(refusal.command + ["--database-url", refusal.url])
            #expect(result.exit == .code(69), "\(refusal): \(result)")
            #expect(result.stdout.isEmpty && !result.hasStackTrace)
            let lines = result.stderr.split(separator: "\n").filter { !$0.hasPrefix("Warning: ") }
            #expect(lines.count == 1, "\(result)")
            for word in refusal.words { #expect(result.stderr.contains(word), "\(word): \(result.stderr)") }
            #expect(!result.stderr.contains("hush") && !result.stderr.contains("LOCATION"), "\(result.stderr)")
        }

        @Test("roles, databases, rights and limits")
        func refusals() throws {
            let postgres = try PostgresServer()
            try postgres.query(
                """
                CREATE ROLE guarded LOGIN PASSWORD 'right'; CREATE ROLE banned LOGIN; CREATE ROLE sleeping;
                CREATE ROLE plain LOGIN; CREATE ROLE crowded LOGIN CONNECTION LIMIT 0; CREATE ROLE reading LOGIN;
                CREATE ROLE lost LOGIN; ALTER ROLE reading SET default_transaction_read_only = on;
                ALTER ROLE lost SET search_path = nowhere
                """)
            let (empty, migrated) = (try postgres.makeDatabase(), try postgres.makeDatabase())
            let (secret, closed) = (try postgres.makeDatabase(), try postgres.makeDatabase())
            let ascii = try postgres.makeDatabase(copying: "template0", "ENCODING 'SQL_ASCII' LOCALE 'C'")
            let forgetful = try postgres.makeDatabase()
            try postgres.query("REVOKE CONNECT ON DATABASE \(secret) FROM PUBLIC")
            try postgres.query("ALTER DATABASE \(closed) ALLOW_CONNECTIONS false")
            try postgres.query("ALTER DATABASE \(forgetful) SET synchronous_commit = off")
            try postgres.admit([
                "local all all trust", "host all guarded 127.0.0.1/32 scram-sha-256",
                "host all banned 127.0.0.1/32 reject",
                "host all all 127.0.0.1/32 trust",
            ])
            try #require(try runCommand(["migrate", "--database-url", postgres.url(migrated)]).exit == .code(0))
            try postgres.query("GRANT ALL ON ALL TABLES IN SCHEMA public TO reading", in: migrated)
            func url(_ login: String, _ database: String = migrated, _ parameters: String = "") -> String {
                "postgres://\(login)@127.0.0.1:\(postgres.port)/\(database)?sslmode=disable\(parameters)"
            }
            let proxy = try OstiaryTestSupport.Proxy(to: postgres.port)
            let version = try postgres.query("SHOW server_version").prefix(2)
            proxy.set(
                .replace(Array("server_version\0\(version)".utf8), with: Array("server_version\012".utf8)))
            let refusals = [
                Refusal(url: url("guarded:hush"), words: ["the role or its password is wrong", "28P01"]),
                Refusal(url: url("guarded"), words: ["the server asks for a password"]),
                Refusal(url: url("nobody"), words: ["does not let this role in", #"role "nobody" does not exist"#]),
                Refusal(url: url("sleeping"), words: ["CREATE ROLE … LOGIN", "28000", "not permitted to log in"]),
                Refusal(url: url("banned"), words: ["allow it in pg_hba.conf", "28000", "rejects connection"]),
                Refusal(
                    url: url("plain", "none"), words: ["there is no such database", #"database "none" does not exist"#]),
                Refusal(url: url("plain", secret), words: ["the role lacks a right", "42501", "CONNECT privilege"]),
                Refusal(url: url("plain", closed), words: ["ALLOW_CONNECTIONS true", "55000"]),
                Refusal(url: url("crowded"), words: ["CONNECTION LIMIT", "53300", "too many connections for role"]),
                Refusal(url: url("reading"), words: ["no host of the URL takes writes"]),
                Refusal(
                    url: url("reading", migrated, "&target_session_attrs=any"),
                    command: ["users", "add", "a@b.example", "--no-password"],
                    words: ["takes no writes", "25006"]),
                Refusal(
                    url: url("plain", empty), command: ["migrate"],
                    words: ["GRANT what the message names", "permission denied for schema public"]),
                Refusal(url: url("plain"), words: ["the role lacks a right", "permission denied for table ostiary_"]),
                Refusal(url: url("lost", empty), command: ["migrate"], words: ["search_path", "3F000"]),
                Refusal(url: url("plain", ascii), words: ["create one with UTF8"]),
                Refusal(url: url("plain", forgetful), words: ["ALTER DATABASE … SET synchronous_commit = on"]),
                Refusal(
                    url: postgres.tcpURL(migrated, port: proxy.port),
                    words: ["the server is PostgreSQL 12; use 13 or newer"]),
                Refusal(
                    url: url("plain", migrated, "").replacing("disable", with: "require"), words: ["check sslmode"]),
                Refusal(
                    url: "postgres://plain@127.0.0.1:\(try FreePorts.next())/x",
                    words: ["check that the server runs", "refused"]),
                Refusal(url: "postgres://plain@a..b/x", words: ["the name of the host is unknown"]),
                Refusal(url: "postgres://plain@/x?host=/nowhere", words: ["check that the server runs", "/nowhere"]),
            ]
            for refusal in refusals { try expect(refusal) }
            // A server says so, too.
            let key = ["--secret-key", ServerProcess.secretKey]
            try expect(
                Refusal(
                    url: url("guarded:hush"), command: ["serve"] + key, words: ["the role or its password is wrong"]))
        }

        @Test("a server that is stopping, and one that does not answer")
        func stopping() throws {
            let postgres = try PostgresServer()
            let session = try postgres.holdSession(in: "postgres", as: "ostiary")
            let held: Bool? = try waitUntil(10) {
                let count = try postgres.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'other'")
                return count == "1" ? true : nil
            }
            #expect(held == true)
            postgres.beginStop(.smart)
            let refused: Bool? = try waitUntil(10) {
                let asked = try runCommand(["users", "list", "--database-url", postgres.url()])
                return asked.stderr.contains("57P03") ? true : nil
            }
            #expect(refused == true)
            try expect(Refusal(url: postgres.url(), words: ["wait until it is ready", "57P03", "shutting down"]))
            postgres.pause()
            try expect(Refusal(url: postgres.tcpURL(), words: ["the server does not answer"]))
            session.killNow()
        }
    }
}
