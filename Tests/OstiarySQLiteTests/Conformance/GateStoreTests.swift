// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The store of the gate on SQLite")
struct GateStoreTests {
    @Test("conforms", arguments: GateStoreCases.all.indices)
    func conform(_ index: Int) async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"))
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        try await GateStoreCases.all[index].run(
            GateStoreCases(
                gate: SQLGateStore(database: database), accounts: SQLAccountStore(database: database),
                sessions: SQLSessionStore(database: database)))
    }
}
