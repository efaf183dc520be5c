// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The store of the gate on PostgreSQL")
struct GateStoreTests {
    @Test("conforms", arguments: GateStoreCases.all.indices)
    func conform(_ index: Int) async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        try await GateStoreCases.all[index].run(
            GateStoreCases(
                gate: SQLGateStore(database: database), accounts: SQLAccountStore(database: database),
                sessions: SQLSessionStore(database: database)))
    }
}
