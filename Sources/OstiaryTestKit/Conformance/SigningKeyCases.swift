// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let signingKeyCases: [Case] = [
        Case("the first key keeps its place") { stores in
            try requireEqual(try await stores.keys.claim("one", at: Stores.start), "one", "the place was free")
            try requireEqual(try await stores.keys.claim("two", at: Stores.start), "one", "another is told of it")
            try requireEqual(try await stores.keys.claim("one", at: Stores.start), "one", "it may come again")
        },
        Case("a forgotten key leaves its place to the next") { stores in
            _ = try await stores.keys.claim("one", at: Stores.start)
            try await stores.keys.forget(in: .test())
            try await stores.keys.forget(in: .test())
            try requireEqual(
                try await stores.audit.entries(event: .keyForgotten).map(\.object), ["one"], "it is audited once")
            try requireEqual(try await stores.keys.claim("two", at: Stores.start), "two", "the place is free again")
        },
        Case("of many keys at once one gets the place") { stores in
            let told = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<16 { group.addTask { try await stores.keys.claim("key\(number)", at: Stores.start) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            try requireEqual(told.count, 1, "all are told the same")
        },
    ]
}
