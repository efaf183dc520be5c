// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let signingKeyCases: [Case] = [
        Case("the first key keeps its place") { stores in
            try requireEqual(
                try await stores.keys.claim("one", of: .signingKey, at: Stores.start), "one", "the place was free")
            try requireEqual(
                try await stores.keys.claim("two", of: .signingKey, at: Stores.start), "one", "another is told of it")
            try requireEqual(
                try await stores.keys.claim("one", of: .signingKey, at: Stores.start), "one", "it may come again")
        },
        Case("a forgotten key leaves its place to the next") { stores in
            _ = try await stores.keys.claim("one", of: .signingKey, at: Stores.start)
            _ = try await stores.keys.forget(.signingKey, isForced: false, in: .test())
            _ = try await stores.keys.forget(.signingKey, isForced: false, in: .test())
            try requireEqual(
                try await stores.audit.entries(event: .keyForgotten).map(\.object), ["one"], "it is audited once")
            try requireEqual(
                try await stores.keys.claim("two", of: .signingKey, at: Stores.start), "two", "the place is free again")
        },
        Case("the root secret has a place of its own") { stores in
            _ = try await stores.keys.claim("one", of: .signingKey, at: Stores.start)
            try requireEqual(try await stores.keys.fingerprint(of: .root), nil, "nobody has it")
            try requireEqual(try await stores.keys.claim("two", of: .root, at: Stores.start), "two", "it was free")
            _ = try await stores.keys.forget(.signingKey, isForced: false, in: .test())
            try requireEqual(try await stores.keys.claim("three", of: .root, at: Stores.start), "two", "and stays")
        },
        Case("of many keys at once one gets the place") { stores in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<16 {
                    group.addTask { try await stores.keys.claim("key\(number)", of: .signingKey, at: Stores.start) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            try requireEqual(answers.count, 1, "all are told the same")
        },
    ]
}
