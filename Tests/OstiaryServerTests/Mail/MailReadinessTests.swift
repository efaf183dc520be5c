// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd {
    /// The note on mail in `GET /readyz`.
    @Suite struct MailReadiness {
        /// The status and the note that the server tells within some seconds.
        private func note(_ server: MailServer, _ words: String) throws -> String? {
            var last: WireAnswer?
            let found: Bool? = try waitUntil(20, every: 100_000) {
                last = try server.client.exchange(WireRequest("GET", "/readyz"))
                return last?.member("mail") == words ? true : nil
            }
            return found == true && last?.status == 200 ? words : "\(String(describing: last))"
        }

        @Test("a mail server that is away and a full outbox are noted, and the server stays ready")
        func away() throws {
            // Nobody listens at port 1.
            let server = try MailServer(
                environment: ["OSTIARY_MAIL_URL": "smtp://127.0.0.1:1?tls=off", "OSTIARY_MAIL_QUEUE_LIMIT": "100"])
            #expect(try note(server, "ok") == "ok")
            let email = freshEmail()
            try server.client.enrol(email)
            let refused = "degraded: connect: the connection was refused"
            #expect(try note(server, refused) == refused)
            let full = try (0..<100).map { _ in
                try server.client.use("/api/password/reset/", ["email": email]).status
            }
            #expect(full == [Int](repeating: 202, count: 99) + [503])
            let words = "degraded: the outbox is full"
            #expect(try note(server, words) == words)
            let ids = (1...100).map { "\($0)" }
            #expect(try server.process.command(["mail", "drop"] + ids).exit == .code(0))
            #expect(try note(server, "ok") == "ok")
        }

        @Test("a message that is late is noted, and one that waits for its next attempt is not")
        func late() {
            let now = Timestamp(microseconds: 1_800_000_000_000_000)
            func note(_ waiting: Int, due: Int?) -> String {
                MailCondition.note(
                    OutboxCounts(
                        waiting: waiting, failed: 9, oldest: now.adding(seconds: -90_000),
                        due: due.map { now.adding(seconds: $0) }),
                    failure: nil, limit: 100, at: now)
            }
            #expect(note(0, due: nil) == "ok" && note(5, due: 1_800) == "ok" && note(5, due: -600) == "ok")
            #expect(note(5, due: -900) == "degraded: a message is 15 minutes late")
            #expect(note(100, due: 30) == "degraded: the outbox is full")
        }

        @Test("without a mail server there is no note")
        func off() throws {
            let answer = try SharedServers.client().exchange(WireRequest("GET", "/readyz"))
            #expect(answer.status == 200 && !answer.text.contains("mail"), "\(answer)")
        }
    }
}
