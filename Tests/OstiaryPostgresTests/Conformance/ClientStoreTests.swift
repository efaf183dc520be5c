// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The store of clients on PostgreSQL")
struct ClientStoreTests {
    @Test("conforms", arguments: ClientStoreCases.all.indices)
    func conform(_ index: Int) async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        try await ClientStoreCases.all[index].run(SQLClientStore(database: database), SQLAuditStore(database: database))
    }
}
