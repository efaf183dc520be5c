// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Timing {
    /// A request that names an address, and is answered alike whatever the account.
    enum Naming: String, CaseIterable, Sendable {
        case reset = "/api/password/reset/"
        case login = "/api/login/email/"
        case register = "/api/register/"

        func ask(_ email: String, _ client: WireClient) throws {
            let answer =
                switch self {
                case .reset, .login: try client.use(rawValue, ["email": email])
                case .register: try client.register(email)
                }
            guard answer.status == 202 else { throw Failure("\(answer)") }
        }
    }

    @Test(
        "nor any account by who asks for a message, idle and while messages leave", arguments: Naming.allCases,
        [false, true])
    func mail(naming: Naming, whileSending: Bool) async throws {
        let server = try MailServer(environment: [
            // Each request for an account sends a message, so that the worker's part is measured too.
            "OSTIARY_THROTTLE_MAIL_ADDRESS": "100000/hour", "OSTIARY_NOTICE_NEW_LOGIN": "false",
        ])
        let names = ["proven", "unproven", "inactive", "unknown"]
        for name in names.dropLast() { try server.client.enrol("\(name)@mail.example") }
        for command in [["users", "verify", "proven@mail.example"], ["users", "deactivate", "inactive@mail.example"]] {
            #expect(try server.process.command(command).exit == .code(0))
        }
        if whileSending { try server.client.enrol("busy@mail.example") }
        try server.require()
        let sending = whileSending ? Task { try await server.keepSending() } : nil
        let connection = Connection(port: server.process.port)
        let arms = names.map { name in
            Arm(name: name) { try naming.ask("\(name)@mail.example", connection.client()) }
        }
        // A registration costs a hash. `make soak` asks for as many as 0.45…0.55 can be told by.
        let least = naming == .register ? 0 : 500
        try await compare(arms, "\(naming)\(whileSending ? " while messages leave" : "")", atLeast: least)
        sending?.cancel()
        if let sending { try await #expect(sending.value > 0, "messages left meanwhile") }
    }
}

extension MailServer {
    /// From now on a registration waits for its confirmation.
    fileprivate func require() throws {
        let set = try process.command(["settings", "set", "EMAIL_VERIFICATION", "required"])
        guard set.exit == .code(0) else { throw Failure("\(set)") }
        let isInForce: Bool? = try waitUntil(20) {
            try client.register(freshEmail()).status == 202 ? true : nil
        }
        guard isInForce == true else { throw Failure("the setting is not in force") }
    }

    private func database() throws -> SQLiteDatabase {
        try SQLiteDatabase(path: "\(process.dataDirectory)/ostiary.sqlite3")
    }

    /// Keeps notices to another account in the outbox until the task is cancelled.
    /// - Returns: the number of notices that left.
    fileprivate func keepSending() async throws -> Int {
        let portion = 10_000
        let database = try database()
        defer { database.close() }
        let notices: SQLQuery = """
            INSERT INTO ostiary_outbox (
                kind, address, user_id, language, event_at, nonce, created_at, due_at, expires_at, attempts,
                is_prepared, claimed_until)
            SELECT 'password-changed', u.email, u.id, 'en', 0, randomblob(16), 0, i, 9000000000000000, 0, FALSE, 0
            FROM ostiary_user u,
                (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Int64(portion)))
                SELECT i FROM n)
            WHERE u.email = 'busy@mail.example'
            """
        var put = 0
        while true {
            let waiting = try await database.read {
                try $0.run("SELECT COUNT(*) FROM ostiary_outbox WHERE created_at = 0").first?.integer(0) ?? 0
            }
            if Task.isCancelled { return put - Int(waiting) }
            if waiting < portion {
                guard try await database.write({ try $0.execute(notices) }) == portion else {
                    throw Failure("not filled")
                }
                put += portion
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
