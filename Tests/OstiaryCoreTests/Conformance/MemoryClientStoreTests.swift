// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@Suite("The store of clients in memory")
struct MemoryClientStoreTests {
    @Test("conforms", arguments: ClientStoreCases.all.indices)
    func conform(_ index: Int) async throws {
        let storage = MemoryStorage()
        try await ClientStoreCases.all[index].run(storage, storage)
    }
}
