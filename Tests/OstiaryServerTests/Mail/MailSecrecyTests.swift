// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Things that nobody learns: who has an account, and the secrets of messages.
    @Suite struct MailSecrecy {
        @Test("a request that names an address looks at no account, and is answered alike for each")
        func neutral() throws {
            let postgres = try PostgresServer(["log_statement=all"])
            let database = try postgres.makeDatabase()
            let server = try MailServer(
                ["--database-url", postgres.url(database)], environment: ["OSTIARY_EMAIL_VERIFICATION": "required"])
            let client = server.client
            let (known, inactive) = (freshEmail(), freshEmail())
            try postgres.query(
                """
                INSERT INTO ostiary_user
                    (password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
                SELECT '!', FALSE, email, '', '', '', email = '\(known)', FALSE
                FROM (VALUES ('\(known)'), ('\(inactive)')) AS a (email)
                """, in: database)
            for path in ["/api/password/reset/", "/api/login/email/", "/api/register/"] {
                let before = postgres.log.utf8.count
                let answers = try [known, inactive, freshEmail()].map { email in
                    try path == "/api/register/" ? client.register(email) : client.use(path, ["email": email])
                }
                // The worker's statements may stand between; those of requests have the time of the request path.
                let asked = String(postgres.log.utf8.dropFirst(before)) ?? ""
                let inserting = asked.split(separator: "\n").filter { $0.contains("INSERT INTO ostiary_outbox") }
                #expect(inserting.count == 3, "\(inserting.count)")
                let ours = Set(inserting.compactMap { $0.firstMatch(of: /\[([0-9]+)\]/)?.output.1 })
                let accounts = asked.split(separator: "\n").filter { line in
                    ours.contains { line.contains("[\($0)]") } && line.contains("ostiary_user ")
                        && !line.contains("ostiary_outbox")
                }
                // The worker asks for accounts over the same pool, and by the message's address only.
                #expect(accounts.allSatisfy { $0.contains("FROM ostiary_user u") }, "\(accounts)")
                #expect(Set(answers.map(\.status)) == [202])
                let texts = answers.map { $0.text.replacing(/"login_token":"[^"]*"/, with: "") }
                #expect(Set(texts).count == 1, "\(texts)")
                let headers = answers.map { answer in
                    answer.headers.filter { !["date", "x-request-id"].contains($0.name.lowercased()) }
                        .map { "\($0.name): \($0.value)" }
                }
                #expect(Set(headers).count == 1, "\(headers)")
            }
        }

        @Test("no token and no code is in the database, in its log or in the server's")
        func stored() throws {
            let server = try MailServer()
            let client = server.client
            let email = freshEmail()
            try client.enrol(email)
            _ = try client.use("/api/password/reset/", ["email": email])
            let asked = try client.use("/api/login/email/", ["email": email])
            var secrets = try server.messages(to: email, 3).map { try $0.token }
            secrets.append(try #require(asked.member("login_token")))
            #expect(Set(secrets).count == 4)
            let code = try server.message(to: email, "/account/login/").code
            let directory = server.process.dataDirectory
            var searched = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
                searched += data.count
                for secret in secrets { #expect(!Self.contains(data, secret), "\(name)") }
            }
            #expect(searched > 100_000)
            let output = server.process.output
            for secret in secrets + [" \(code)", "\"\(code)"] { #expect(!output.contains(secret)) }
        }

        @Test("links begin with the configured URL, whatever a request says")
        func hosts() throws {
            let server = try MailServer(["--trusted-hops", "1"])
            let email = freshEmail()
            try server.client.enrol(email)
            let forged = [
                ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "192.0.2.7"),
                ("Forwarded", "for=192.0.2.7;host=evil.example"),
            ]
            let answer = try server.client.exchange(
                WireRequest("POST", "/api/password/reset/", forged, json: "{\"email\":\(jsonText(email))}"))
            #expect(answer.status == 202)
            for mail in try server.messages(to: email, 2) {
                #expect(!mail.body.contains("evil.example"))
                for link in mail.body.matches(of: /https?:\/\/\S+/) {
                    #expect(link.output.hasPrefix(MailServer.publicURL + "/account/"), "\(link.output)")
                }
            }
        }

        @Test("a flood for one address from many networks sends five messages in an hour, and the first link works")
        func flood() throws {
            let server = try MailServer(
                ["--trusted-hops", "1"], throttling: true,
                environment: ["OSTIARY_THROTTLE_MAIL_TOTAL": "off", "OSTIARY_EMAIL_VERIFICATION": "off"])
            let email = freshEmail()
            try server.client.enrol(email)
            let (count, clients, port) = (TestScale.count(2_000), 10, server.process.port)
            // 20 in an hour are the budget of a network.
            let networks = max(500, count / 20)
            @Sendable func ask(_ client: WireClient, from address: String) throws -> WireAnswer {
                try client.exchange(
                    WireRequest(
                        "POST", "/api/password/reset/", [("X-Forwarded-For", address)],
                        json: "{\"email\":\(jsonText(email))}"))
            }
            let start = ContinuousClock.now
            let answers = try parallel(clients) { number in
                let client = WireClient(port: port)
                let own = stride(from: number, to: count, by: clients).map { $0 % networks }
                return Set(
                    try own.map { network in
                        let answer = try ask(client, from: "198.\(network / 250).\(network % 250).7")
                        return "\(answer.status) \(answer.text)"
                    })
            }
            figure("flood: requests in one second", Double(count) / seconds(since: start))
            let owner = try ask(server.client, from: "203.0.113.9")
            #expect(owner.status == 202 && answers.allSatisfy { $0 == ["202 \(owner.text)"] }, "\(answers) \(owner)")
            func reset() throws -> [ReceivedMail] {
                let isEmpty: Bool? = try waitUntil(120, every: 200_000) {
                    try server.process.command(["mail", "queue", "--json"]).stdout == "[]\n" ? true : nil
                }
                guard isEmpty == true else { throw Failure("messages wait") }
                return try server.messages().filter { $0.body.contains("/account/reset/") }
            }
            let sent = try reset()
            figure("flood: seconds until the outbox is empty", seconds: seconds(since: start))
            #expect(sent.count == 5)
            let set = ["token": try #require(sent.first).token, "new_password": "a new one 4 you"]
            #expect(try server.client.use("/api/password/reset/confirm/", set).status == 200)
            try server.clock.set(3_700)
            #expect(try ask(server.client, from: "203.0.113.9").status == 202)
            #expect(try reset().count == 6, "the next hour has its own")
        }

        private static func contains(_ data: Data, _ text: String) -> Bool {
            Array(data).firstRange(of: Array(text.utf8)) != nil
        }
    }
}
