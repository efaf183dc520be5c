// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The store of clients on SQLite")
struct ClientStoreTests {
    @Test("conforms", arguments: ClientStoreCases.all.indices)
    func conform(_ index: Int) async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"))
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        try await ClientStoreCases.all[index].run(SQLClientStore(database: database), SQLAuditStore(database: database))
    }
}
