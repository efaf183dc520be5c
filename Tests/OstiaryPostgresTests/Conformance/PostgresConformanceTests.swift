// SPDX-License-Identifier: Apache-2.0

import OstiaryPostgres
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Stores on PostgreSQL", .serialized, .onItsOwnThread)
struct PostgresConformanceTests {
    @Test("conform", arguments: StoreConformance.cases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        try await conformance.run(on: Stores(database))
    }
}
