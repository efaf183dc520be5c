// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let knownNetworkCases: [Case] = [
        Case("a login makes its network known to the account, and to no other") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.1"), nil, "nobody has logged in")
            try requireEqual(try await stores.open(1, for: user, from: "192.0.2.1"), .opened(OpenedSession()), "opened")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.1"), Stores.start, "known")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.2"), nil, "another network")
            try requireEqual(try await stores.lastSignIn(other, from: "192.0.2.1"), nil, "another account")
            try requireEqual(try await stores.lastSignIn(user, from: nil), nil, "none was asked about")
            _ = try await stores.open(2, for: user, password: "other", from: "192.0.2.2")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.2"), nil, "not by a refused login")
        },
        Case("a later login moves the last one forward, and never back") { stores in
            let user = try await stores.makeUser("first@example.com")
            for (number, seconds) in [(1, 100), (2, 200), (3, 50)] {
                try await stores.open(number, for: user, from: "2001:db8::1", at: Stores.start.adding(seconds: seconds))
            }
            let last = Stores.start.adding(seconds: 200)
            try requireEqual(try await stores.lastSignIn(user, from: "2001:db8::2"), last, "of the same network")
            try await stores.open(4, for: user, from: nil, at: Stores.start.adding(seconds: 300))
            try requireEqual(try await stores.lastSignIn(user, from: "2001:db8::2"), last, "not told to be written")
        },
        Case("a new password forgets the networks, but for the one that set it") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user, from: "192.0.2.1")
            let change = stores.newSession(2, for: user, from: "192.0.2.2")
            try requireEqual(
                try await stores.passwords.changePassword(to: "new", opening: change, at: Stores.start),
                .opened(OpenedSession()),
                "changed")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.1"), nil, "forgotten")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.2"), Stores.start, "its own")
            try require(try await stores.passwords.resetPassword(id: user.id, to: "x", at: Stores.start), "reset")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.2"), nil, "by an operator")
        },
        Case("the known networks of an account are listed, the one used last first") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            for (number, seconds) in [(1, 5), (2, 9), (3, 7), (4, 9)] {
                try await stores.open(
                    number, for: user, from: "192.0.2.\(number)", at: Stores.start.adding(seconds: seconds))
            }
            try await stores.open(9, for: other, from: "192.0.2.9")
            let listed = try await stores.accounts.knownNetworks(of: user.id, limit: 10, in: .test())
            try requireEqual(listed.map(\.description), [2, 4, 3, 1].map { "192.0.2.\($0)/32" }, "in order")
            let some = try await stores.accounts.knownNetworks(of: user.id, limit: 2, in: .test())
            try requireEqual(some, Array(listed.prefix(2)), "limited")
        },
        Case("an unlock is an entry of the account's own, and nobody's else") { stores in
            let user = try await stores.makeUser("first@example.com")
            try require(try await stores.accounts.unlock(id: user.id, in: .test()), "unlocked")
            try require(try await !stores.accounts.unlock(id: user.id + 1, in: .test()), "nobody")
            let entries = try await stores.audit.entries(of: "budgets")
            try requireEqual(entries.map(\.event), [.accountUnlocked], "one entry")
            try requireEqual(entries.map(\.user), [user.id], "whose")
        },
        Case("networks are deleted with their account, and after 30 days in bounded steps") { stores in
            let user = try await stores.makeUser("first@example.com")
            let expired = Stores.start.adding(seconds: KnownNetwork.lifetime)
            for number in 1...5 {
                try await stores.open(number, for: user, from: "192.0.2.\(number)")
                try require(
                    try await stores.sessions.end(stores.session(number), of: user.id, at: Stores.start), "ended")
            }
            _ = try await stores.sessions.deleteExpired(at: expired, limit: 100)
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.1"), Stores.start, "on the last moment")
            let late = expired.adding(seconds: 1)
            try requireEqual(try await stores.sessions.deleteExpired(at: late, limit: 3), 3, "at most three")
            try requireEqual(try await stores.sessions.deleteExpired(at: late, limit: 3), 2, "the rest")
            try requireEqual(try await stores.lastSignIn(user, from: "192.0.2.1"), nil, "gone")
            try await stores.open(9, for: user, from: "192.0.2.9")
            try require(try await stores.accounts.delete(id: user.id, at: Stores.start), "deleted")
            try requireEqual(try await stores.sessions.deleteExpired(at: late, limit: 100), 0, "nothing is left")
        },
        Case("the session of a token is told, spent or not") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            _ = try await stores.rotate(1, to: 2)
            for token in 1...2 {
                let session = try await stores.sessions.session(of: stores.digest(token))
                try requireEqual(session, stores.session(1), "token \(token)")
            }
            try requireEqual(try await stores.sessions.session(of: stores.digest(3)), nil, "unknown")
        },
        Case("a throttled refresh does nothing, and a replay is noticed all the same") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            let now = Stores.start.adding(seconds: 1)
            func throttled(_ presented: Int, key: String) async throws -> RotationOutcome {
                var rotation = stores.rotation(presented, to: 9, key: key, lifetimes: Stores.lifetimes, at: now)
                rotation.request.isThrottled = true
                return try await stores.sessions.rotate(rotation)
            }
            try requireEqual(try await throttled(1, key: "one"), .throttled, "live")
            try require(try await stores.rotate(1, to: 2, key: "one").isRotated, "nothing was spent")
            try requireEqual(try await throttled(1, key: "one"), .throttled, "a repetition")
            try requireEqual(try await throttled(2, key: "one"), .reusedKey, "told as ever")
            try requireEqual(try await throttled(7, key: "one"), .refused, "unknown")
            try require(try await throttled(1, key: "two").isReplayed, "a replay")
            try require(try await !stores.isLive(1, user: user), "the session has ended")
            try requireEqual(try await throttled(2, key: "two"), .refused, "and is refused")
        },
    ]
}

extension Stores {
    fileprivate func lastSignIn(_ user: User, from address: String?) async throws -> Timestamp? {
        let network = address.flatMap(IPAddress.init).map(Network.init)
        return try await accounts.credential(email: self.address(user.email), from: network)?.lastSignIn
    }
}
