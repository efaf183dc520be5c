// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Servers that send the messages of one outbox over SMTP.
    @Suite struct MailOnce {
        private static let count = TestScale.count(2_000)
        private let sink: SMTPSink
        private let clock: FakeClock

        init() throws {
            sink = try SMTPSink()
            clock = try FakeClock()
        }

        @Test("three nodes on PostgreSQL send each message once, also while they are killed")
        func nodes() throws {
            let postgres = try PostgresServer()
            let database = try postgres.makeDatabase()
            let arguments = ["--database-url", postgres.url(database)]
            let nodes = try (0..<3).map { _ in try server(arguments) }
            try Self.fill(postgres, database)
            try Self.waitUntilEmpty { try postgres.waiting(in: database) }
            let first = try sink.ids()
            #expect(Set(first).count == Self.count && first.count == Self.count, "\(first.count)")

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
            try Self.waitUntilEmpty { try postgres.waiting(in: database) }
            let all = try sink.ids()
            figure("messages sent twice in \(kills) kills of nodes", all.count - Set(all).count)
            #expect(Set(all).count == 2 * Self.count, "none is lost")
            #expect(all.count - Set(all).count <= kills, "at most the one under way goes out twice")
            for node in nodes { #expect(node.terminate() == .code(0)) }
        }

        @Test("two processes on one SQLite file send each message once")
        func processes() async throws {
            let first = try server()
            let second = try server(directory: first.directory)
            try await first.fillOutbox(Self.count)
            try await first.waitUntilEmpty()
            let ids = try sink.ids()
            #expect(Set(ids).count == Self.count && ids.count == Self.count, "\(ids.count)")
            for process in [first, second] { #expect(process.terminate() == .code(0)) }
        }

        @Test("a mail server that is away, comes back and is slow loses nothing, and messages leave as they are due")
        func away() async throws {
            let count = 200
            let server = try server()
            sink.stop()
            try await server.fillOutbox(count)
            try Self.waitUntil("the server has noticed") { server.output.contains("no mail leaves at the moment") }
            try sink.start()
            try clock.set(1_000)
            try Self.waitUntil("some have left") { try sink.ids().count > 20 }
            sink.stop()
            let left = try sink.ids().count
            #expect(left < count, "the server was away before all had left")
            try sink.start(delay: 1)
            try clock.set(2_000)
            try Self.waitUntil("a slow server takes them") { try sink.ids().count > left + 2 }
            sink.stop()
            try sink.start()
            try clock.set(3_000)
            try await server.waitUntilEmpty()
            // The one under way at a stop may have arrived although its answer did not.
            let arrivals = Dictionary(grouping: try sink.arrivals(), by: \.recipient).mapValues { $0.map(\.at) }
            let expected = (1...count).map { "w\($0)@mail.example" }
            #expect(Set(arrivals.keys) == Set(expected))
            #expect(arrivals.values.reduce(0) { $0 + $1.count } - count <= 2)
            let times = expected.compactMap { arrivals[$0]?.min() }
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "in the order in which they are due")
            #expect(server.terminate() == .code(0))
        }

        private func server(_ arguments: [String] = [], directory: TemporaryDirectory? = nil) throws -> ServerProcess {
            let mail = [
                "OSTIARY_MAIL_URL": "smtp://127.0.0.1:\(sink.port)?tls=off",
                "OSTIARY_MAIL_FROM": "no-reply@example.com", "OSTIARY_PUBLIC_URL": MailServer.publicURL,
            ]
            return try ServerProcess(
                arguments, environment: clock.environment.merging(mail) { $1 }, directory: directory)
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

        private static func waitUntilEmpty(_ waiting: () throws -> Int) throws {
            try waitUntil("nothing waits", every: 200_000) { try waiting() == 0 }
        }

        private static func waitUntil(
            _ name: String, every microseconds: UInt32 = 20_000, _ condition: () throws -> Bool
        ) throws {
            let isMet: Bool? = try OstiaryTestSupport.waitUntil(90, every: microseconds) {
                try condition() ? true : nil
            }
            guard isMet == true else { throw Failure("not in time: \(name)") }
        }
    }
}

extension PostgresServer {
    /// The number of messages that wait.
    fileprivate func waiting(in database: String) throws -> Int {
        try Int(query("SELECT count(*) FROM ostiary_outbox", in: database)) ?? -1
    }
}

extension SMTPSink {
    fileprivate func ids() throws -> [Substring] {
        try messages().compactMap { Self.value(of: "Message-ID", in: $0.text) }
    }

    fileprivate func arrivals() throws -> [(recipient: String, at: Int64)] {
        try messages().compactMap { copy in
            Self.value(of: "To", in: copy.text).map { (String($0), copy.at) }
        }
    }

    private static func value(of name: String, in message: String) -> Substring? {
        message.replacing("\r\n", with: "\n").split(separator: "\n").first { $0.hasPrefix("\(name): ") }?
            .dropFirst(name.count + 2)
    }
}

extension ServerProcess {
    private func outbox() throws -> SQLiteDatabase { try SQLiteDatabase(path: "\(dataDirectory)/ostiary.sqlite3") }

    /// Puts a message to each of so many new accounts into the outbox, due in the order of their numbers.
    fileprivate func fillOutbox(_ count: Int) async throws {
        let database = try outbox()
        defer { database.close() }
        let numbers: SQLQuery = """
            (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Int64(count))) SELECT i FROM n)
            """
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_user
                    (password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
                SELECT '!', FALSE, 'w' || i || '@mail.example', '', '', '', TRUE, FALSE FROM \(numbers)
                """)
            try transaction.execute(
                """
                INSERT INTO ostiary_outbox (
                    kind, address, user_id, language, event_at, nonce, created_at, due_at, expires_at, attempts,
                    is_prepared, claimed_until)
                SELECT 'password-changed', email, id, 'en', 0, randomblob(16), 0, id, 9000000000000000, 0, FALSE, 0
                FROM ostiary_user WHERE password = '!'
                """)
        }
    }

    fileprivate func waitUntilEmpty() async throws {
        let database = try outbox()
        defer { database.close() }
        let deadline = Deadline(90)
        while try await database.read({ try !$0.run("SELECT 1 FROM ostiary_outbox LIMIT 1").isEmpty }) {
            guard !deadline.passed else { throw Failure("messages are left in the outbox") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
