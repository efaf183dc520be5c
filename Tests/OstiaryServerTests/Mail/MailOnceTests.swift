// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Several nodes that send the messages of one outbox.
    @Suite struct MailOnce {
        private static let count = TestScale.count(300)

        @Test("three nodes on PostgreSQL send each message once, also while they are killed")
        func nodes() throws {
            let postgres = try PostgresServer()
            let database = try postgres.makeDatabase()
            let folder = try TemporaryDirectory()
            let (program, sent) = try Self.counter(in: folder)
            let clock = try FakeClock()
            let environment = try clock.environment.merging(Self.mail(program)) { $1 }
            let arguments = ["--database-url", postgres.url(database)]
            let nodes = try (0..<3).map { _ in try ServerProcess(arguments, environment: environment) }
            try Self.fill(postgres, database)
            try Self.waitUntilEmpty(postgres, database)
            #expect(Set(sent()).count == Self.count && sent().count == Self.count, "\(sent().count)")

            try Self.fill(postgres, database)
            var kills = 0
            for round in 0..<6 {
                let node = nodes[round % 3]
                pause(0.3)
                node.kill()
                kills += 1
                // What a killed node had taken is free once its lease has ended.
                try clock.set(400 * (round + 1))
                try node.start()
            }
            try clock.set(10_000)
            try Self.waitUntilEmpty(postgres, database)
            let all = sent()
            figure("messages sent twice in \(kills) kills of nodes", all.count - Set(all).count)
            #expect(Set(all).count == 2 * Self.count, "none is lost")
            #expect(all.count - Set(all).count <= kills, "at most the one under way goes out twice")
            for node in nodes { #expect(node.terminate() == .code(0)) }
        }

        /// A mail program that appends the id of each message to a file.
        private static func counter(in folder: TemporaryDirectory) throws -> (String, @Sendable () -> [String]) {
            let (program, list) = (folder.file("counter"), folder.file("sent"))
            let script = "#!/bin/sh\nid=$(grep -i '^Message-ID: ' | head -n 1)\necho \"$id\" >> '\(list)'\n"
            try Data(script.utf8).write(to: URL(filePath: program))
            chmod(program, 0o755)
            return (program, { text(ofFile: list).split(separator: "\n").map(String.init) })
        }

        private static func mail(_ program: String) -> [String: String] {
            [
                "OSTIARY_MAIL_URL": "sendmail:\(program)", "OSTIARY_MAIL_FROM": "no-reply@example.com",
                "OSTIARY_PUBLIC_URL": MailServer.publicURL,
            ]
        }

        private static func fill(_ postgres: PostgresServer, _ database: String) throws {
            try postgres.query(
                """
                WITH made AS (
                    INSERT INTO ostiary_user
                        (password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
                    SELECT '!', FALSE, gen_random_uuid() || '@mail.example', '', '', '', TRUE, FALSE
                    FROM generate_series(1, \(count)) RETURNING id, email)
                INSERT INTO ostiary_outbox (
                    kind, address, user_id, language, event_at, nonce, created_at, due_at, expires_at, attempts,
                    is_prepared, claimed_until)
                SELECT 'password-changed', email, id, 'en', 0, decode(md5(email), 'hex'), 0, id, 9000000000000000, 0,
                    FALSE, 0
                FROM made
                """, in: database)
        }

        private static func waitUntilEmpty(_ postgres: PostgresServer, _ database: String) throws {
            let isEmpty: Bool? = try waitUntil(90, every: 200_000) {
                try postgres.query("SELECT count(*) FROM ostiary_outbox", in: database) == "0" ? true : nil
            }
            guard isEmpty == true else {
                throw Failure(
                    "messages are left: \(try postgres.query("SELECT * FROM ostiary_outbox LIMIT 3", in: database))")
            }
        }
    }
}
