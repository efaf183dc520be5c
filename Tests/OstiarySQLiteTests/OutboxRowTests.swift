// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite struct OutboxRowTests {
    @Test("a message of a newer release does not keep the others back")
    func unknown() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"), readAheadSize: 0)
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        let outbox = SQLOutboxStore(database: database)
        let context = RequestContext.test()
        for address in ["first@example.com", "second@example.com"] {
            let message = NewOutboxMessage(
                .reset, to: try #require(EmailAddress(address)), event: Mail.Event(at: context.now), nonce: MailNonce(),
                expiresAt: context.now.adding(seconds: 600))
            #expect(try await outbox.enqueue(message, pending: nil, limit: 9, in: context))
        }
        try await database.write { try $0.execute("UPDATE ostiary_outbox SET kind = 'of-tomorrow' WHERE id = 1") }
        let claim = OutboxClaim(until: context.now.adding(seconds: 300))
        #expect(try await outbox.claim(9, claim, in: context).map(\.message.address.text) == ["second@example.com"])
        #expect(try await outbox.messages(failed: false, after: 0, limit: 9, in: context).map(\.id) == [2])
    }
}
