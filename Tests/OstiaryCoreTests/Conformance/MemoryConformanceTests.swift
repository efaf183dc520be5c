// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@Suite("Stores in memory")
struct MemoryConformanceTests {
    @Test("conform", arguments: StoreConformance.cases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        let storage = MemoryStorage()
        try await conformance.run(
            on: Stores(
                accounts: storage, sessions: storage, passwords: storage, settings: storage, journal: storage,
                keys: storage,
                audit: storage, permissions: storage, setup: storage, outbox: storage,
                links: storage))
    }
}
