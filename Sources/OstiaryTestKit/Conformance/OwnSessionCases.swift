// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let ownSessionCases: [Case] = [
        Case("a user's sessions are listed, the one used last first") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            for number in 1...4 {
                try await stores.open(number, for: user, at: Stores.start.adding(seconds: number))
            }
            try await stores.open(9, for: other)
            _ = try await stores.rotate(2, to: 22, after: 50)
            _ = try await stores.sessions.end(token: stores.digest(3), at: Stores.start.adding(seconds: 60))
            let listed = try await stores.list(user, after: 61)
            try requireEqual(listed.map(\.id), [2, 4, 1].map(stores.session), "order")
            try requireEqual(listed.first?.lastUsedAt, Stores.start.adding(seconds: 50), "used by the refresh")
            try requireEqual(listed.first?.startedAt, Stores.start.adding(seconds: 2), "opened by the login")
            try requireEqual(
                listed.first?.origin, ClientOrigin(address: IPAddress("192.0.2.1"), userAgent: "test"), "from where")
            try requireEqual(try await stores.list(user, after: 61, limit: 1).count, 1, "limited")
            try requireEqual(
                try await stores.list(user, after: 603).map(\.id), [2, 4].map(stores.session), "expired")
            try requireEqual(try await stores.list(other, after: 61).map(\.id), [stores.session(9)], "nobody else's")
        },
        Case("a use moves the last one forward, and never back") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...3 { try await stores.open(number, for: user) }
            let now = Stores.start
            try require(try await stores.sessions.end(stores.session(3), of: user.id, at: now), "ended")
            let uses = [(1, 400), (2, 300), (3, 500), (9, 500)].map {
                SessionActivity(session: stores.session($0), at: now.adding(seconds: $1))
            }
            try await stores.sessions.recordActivity(uses)
            try await stores.sessions.recordActivity([
                SessionActivity(session: stores.session(1), at: now.adding(seconds: 399))
            ])
            let listed = try await stores.list(user, after: 500)
            try requireEqual(listed.map(\.id), [1, 2].map(stores.session), "the one used last first")
            try requireEqual(listed.map(\.lastUsedAt), [400, 300].map(now.adding(seconds:)), "not back")
            let standing = try await stores.sessions.standing(session: stores.session(1), user: user.id)
            try requireEqual(standing?.lastUsedAt, now.adding(seconds: 400), "told with the standing")
            try await stores.sessions.recordActivity([])
        },
        Case("a user ends own sessions only") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            for number in 1...3 { try await stores.open(number, for: user) }
            try await stores.open(9, for: other)
            let now = Stores.start.adding(seconds: 1)
            try require(try await !stores.sessions.end(stores.session(9), of: user.id, at: now), "another's")
            try require(try await stores.sessions.end(stores.session(1), of: user.id, at: now), "own")
            try require(try await !stores.sessions.end(stores.session(1), of: user.id, at: now), "once")
            try require(try await !stores.sessions.end(stores.session(77), of: user.id, at: now), "unknown")
            try requireEqual(try await stores.rotate(1, to: 11), .refused, "its tokens are dead")
            try requireEqual(
                try await stores.sessions.endAll(of: user.id, but: stores.session(2), at: now), 1, "the other live one")
            try requireEqual(try await stores.list(user, after: 2).map(\.id), [stores.session(2)], "all others")
            try requireEqual(try await stores.sessions.endAll(of: user.id, but: nil, at: now), 1, "the last")
            try requireEqual(try await stores.list(user, after: 2), [], "all")
            try require(try await stores.isLive(9, user: other), "another's lives")
        },
        Case("a changed password ends every session and opens one") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...3 { try await stores.open(number, for: user) }
            func change(_ number: Int, from verified: String) async throws -> SessionOpening {
                let now = Stores.start.adding(seconds: 1)
                return try await stores.passwords.changePassword(
                    to: "new",
                    opening: NewSession(
                        stores.authenticated(number, user.id, at: now), proof: .password(verified: verified),
                        refreshToken: stores.digest(number),
                        expiry: Stores.lifetimes.expiry(sessionStartedAt: now, now: now)
                    ),
                    at: now
                )
            }
            try requireEqual(try await change(4, from: "other"), .userChanged, "not the password that was verified")
            try requireEqual(try await stores.list(user, after: 2).count, 3, "and nothing happened")
            try requireEqual(try await change(4, from: "encoded"), .opened(OpenedSession()), "changed")
            try requireEqual(try await stores.list(user, after: 2).map(\.id), [stores.session(4)], "the new one lives")
            try require(try await stores.rotate(4, to: 44, after: 2).isRotated, "with its token")
            try requireEqual(try await stores.open(5, for: user), .userChanged, "the old password is over")
            try requireEqual(
                try await stores.open(5, for: user, password: "new"), .opened(OpenedSession()), "the new one holds")
        },
        Case("an account is deleted only with the password that was verified") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try require(
                try await !stores.accounts.delete(id: user.id, verifiedPassword: "other", at: Stores.start), "another")
            try require(try await stores.isLive(1, user: user), "nothing happened")
            try require(
                try await stores.accounts.delete(id: user.id, verifiedPassword: "encoded", at: Stores.start), "deleted")
            try requireEqual(try await stores.accounts.user(id: user.id), nil, "gone")
            try requireEqual(try await stores.rotate(1, to: 2), .refused, "with its sessions")
        },
        Case("live sessions that began by a moment are counted, up to a limit") { stores in
            let user = try await stores.makeUser("first@example.com")
            // The fourth is ended, and the fifth has expired by the time of the count.
            for number in 1...5 {
                let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: number == 5 ? 60 : 6_000)
                try await stores.open(
                    number, for: user, lifetimes: lifetimes, at: Stores.start.adding(seconds: number * 100))
            }
            _ = try await stores.sessions.end(token: stores.digest(4), at: Stores.start)
            let context = RequestContext.test(at: Stores.start.adding(seconds: 1_000))
            func count(_ seconds: Int, limit: Int = 100) async throws -> BoundedCount {
                try await stores.sessions.countLive(
                    startedBy: Stores.start.adding(seconds: seconds), limit: limit, in: context)
            }
            try requireEqual(try await count(99), BoundedCount(count: 0, isMore: false), "before all")
            try requireEqual(try await count(100), BoundedCount(count: 1, isMore: false), "at the moment itself")
            try requireEqual(try await count(299), BoundedCount(count: 2, isMore: false), "before the third")
            try requireEqual(try await count(1_000), BoundedCount(count: 3, isMore: false), "neither ended nor expired")
            try requireEqual(try await count(1_000, limit: 2), BoundedCount(count: 2, isMore: true), "more than two")
            try requireEqual(try await count(300, limit: 2), BoundedCount(count: 2, isMore: true), "more than two")
            try requireEqual(try await count(200, limit: 2), BoundedCount(count: 2, isMore: false), "just two")
            try requireEqual(
                try await count(1_000, limit: 1), BoundedCount(count: 1, isMore: true), "one of two looked at")
        },
    ]
}

extension Stores {
    fileprivate func list(_ user: User, after seconds: Int, limit: Int = 100) async throws -> [SessionRecord] {
        try await sessions.list(of: user.id, after: nil, at: Stores.start.adding(seconds: seconds), limit: limit)
    }
}
