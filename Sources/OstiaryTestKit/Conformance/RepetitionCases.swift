// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let repetitionCases: [Case] = [
        Case("the same key gets the same successor, and nothing new once that is used") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try require(try await stores.rotate(1, to: 2, key: "a").isRotated, "spent")
            try requireEqual(
                try await stores.rotate(1, to: 3, key: "a", after: 20), stores.repeated(user, by: 20 + 60), "again"
            )
            try require(try await stores.rotate(2, to: 4, key: "b", after: 30).isRotated, "the successor lives")
            try requireEqual(
                try await stores.rotate(1, to: 5, key: "a", after: 40), stores.repeated(user, by: 1 + 60),
                "as first given"
            )
            try require(try await stores.isLive(1, user: user), "no repetition ends the session")
            try requireEqual(
                try await stores.rotate(1, to: 6, key: "c", after: 50), .replayed(user.id, stores.session(1)),
                "another key is another party"
            )
            try requireEqual(try await stores.rotate(1, to: 7, key: "a", after: 51), .refused, "the session is over")
        },
        Case("a key of the token before is told and spends nothing") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try require(try await stores.rotate(1, to: 2, key: "a").isRotated, "spent")
            try requireEqual(try await stores.rotate(2, to: 3, key: "a"), .reusedKey, "the client draws none")
            try require(try await stores.rotate(2, to: 3, key: "b").isRotated, "it was not spent")
        },
        Case("without a key a token is repeated within the interval only") { stores in
            let user = try await stores.makeUser("first@example.com")
            var lifetimes = Stores.lifetimes
            lifetimes.reuseInterval = 30
            try await stores.open(1, for: user)
            try require(try await stores.rotate(1, to: 2, lifetimes: lifetimes).isRotated, "spent")
            try requireEqual(
                try await stores.rotate(1, to: 3, lifetimes: lifetimes, after: 31), stores.repeated(user, by: 31 + 60),
                "repeated"
            )
            try require(try await stores.rotate(1, to: 4, lifetimes: lifetimes, after: 32).isReplayed, "too late")
        },
        Case("of sixteen at once with one key all get the one successor") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            let outcomes = try await withThrowingTaskGroup(of: RotationOutcome.self) { group in
                for number in 0..<16 { group.addTask { try await stores.rotate(1, to: 100 + number, key: "a") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try requireEqual(outcomes.count { $0.isRotated }, 1, "one spends it")
            let repetitions = outcomes.compactMap { outcome -> RefreshTokenDigest? in
                if case .repeated(let repetition) = outcome { repetition.successor } else { nil }
            }
            try requireEqual(repetitions.count, 15, "the others repeat it")
            try requireEqual(Set(repetitions).count, 1, "the same one")
            try require(try await stores.isLive(1, user: user), "and the session lives")
        },
    ]
}

extension Stores {
    /// The first successor of session 1, with an access token that expires so many seconds after the start.
    fileprivate func repeated(_ user: User, by seconds: Int) -> RotationOutcome {
        .repeated(
            Repetition(
                session: authenticated(1, user.id), successor: digest(2), sealed: seal(2, in: session(1)),
                accessExpiresAt: Stores.start.adding(seconds: seconds)
            )
        )
    }
}
