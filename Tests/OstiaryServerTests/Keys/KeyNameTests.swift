// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryServer

@Suite("Names of keys")
struct KeyNameTests {
    @Test("no name of a new key looks like an option of the command line")
    func options() throws {
        let root = try KeySite.root
        let names = (0..<1_000).map { _ in
            StoredKey(publishing: .eddsa, under: root, at: Timestamp(seconds: 1_800_000_000)).id
        }
        #expect(Set(names).count == 1_000 && !names.contains { $0.hasPrefix("-") })
    }
}
