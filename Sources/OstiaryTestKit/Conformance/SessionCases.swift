// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let sessionCases: [Case] = [
        Case("a login writes its time and opens a session") { stores in
            let user = try await stores.makeUser("first@example.com")
            try requireEqual(try await stores.open(1, for: user), .opened(OpenedSession()), "opened")
            try requireEqual(try await stores.accounts.user(id: user.id)?.lastLogin, Stores.start, "the login's time")
            try require(try await stores.isLive(1, user: user), "it lives")
            _ = try await stores.rotate(1, to: 2, after: 30)
            try requireEqual(
                try await stores.accounts.user(id: user.id)?.lastLogin, Stores.start, "a refresh is no login"
            )
        },
        Case("a session opens only for the password that was verified") { stores in
            let user = try await stores.makeUser("first@example.com")
            try requireEqual(try await stores.open(1, for: user, password: "other"), .userChanged, "another password")
            try await stores.accounts.setActive(false, id: user.id, at: Stores.start)
            try requireEqual(try await stores.open(1, for: user), .userChanged, "not active")
            let nobody = User(id: user.id + 1, email: "")
            try requireEqual(try await stores.open(1, for: nobody), .userChanged, "nobody")
            try requireEqual(try await stores.accounts.user(id: user.id)?.lastLogin, nil, "nothing was written")
        },
        Case("a token is spent by its first use and its replay ends the session") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            let expiry = Stores.lifetimes.expiry(
                sessionStartedAt: Stores.start, now: Stores.start.adding(seconds: 1)
            )
            try requireEqual(
                try await stores.rotate(1, to: 2), .rotated(stores.authenticated(1, user.id), expiry), "rotated"
            )
            try require(try await stores.rotate(2, to: 3).isRotated, "the successor lives")
            try requireEqual(
                try await stores.rotate(1, to: 4), .replayed(user.id, stores.session(1)), "the replay is noticed"
            )
            try requireEqual(try await stores.rotate(3, to: 5), .refused, "the family is dead")
            try requireEqual(try await stores.rotate(1, to: 6), .refused, "and was ended once")
            try require(try await !stores.isLive(1, user: user), "access tokens too")
        },
        Case("a refresh token is looked at, and stays as it is") { stores in
            let user = try await stores.makeUser("first@example.com")
            try requireEqual(
                try await stores.sessions.status(of: stores.digest(1), in: .test()), nil, "an unknown token")
            try await stores.open(1, for: user)
            var status = RefreshTokenStatus(
                session: stores.authenticated(1, user.id), user: user, startedAt: Stores.start, isSessionLive: true,
                issuedAt: Stores.start, expiresAt: Stores.start.adding(seconds: 600), isSpent: false)
            status.user.lastLogin = Stores.start
            for _ in 0..<2 {
                try requireEqual(
                    try await stores.sessions.status(of: stores.digest(1), in: .test()), status, "as it was issued")
            }
            try require(try await stores.rotate(1, to: 2, after: 30).isRotated, "a look spends nothing")
            try requireEqual(
                try await stores.sessions.status(of: stores.digest(1), in: .test())?.isSpent, true, "it is spent")
            let next = try await stores.sessions.status(of: stores.digest(2), in: .test())
            try requireEqual(next?.issuedAt, Stores.start.adding(seconds: 30), "the time of the refresh")
            try requireEqual(next?.startedAt, Stores.start, "the time of the login")
            _ = try await stores.sessions.end(stores.session(1), of: user.id, at: Stores.start.adding(seconds: 40))
            try requireEqual(
                try await stores.sessions.status(of: stores.digest(2), in: .test())?.isSessionLive, false, "it ended")
        },
        Case("a refresh and its repetition tell when and by what the session's user logged in") { stores in
            let user = try await stores.makeUser("first@example.com")
            let authentication = Authentication(
                at: Stores.start.adding(seconds: -100),
                methods: [.password, AuthenticationMethod(rawValue: "otp"), AuthenticationMethod(rawValue: "mfa")],
                level: "aal2")
            var new = stores.newSession(1, for: user, from: nil)
            new.authentication = authentication
            try requireEqual(try await stores.sessions.open(new, at: Stores.start), .opened(OpenedSession()), "opened")
            for outcome in [
                try await stores.rotate(1, to: 2, key: "one"), try await stores.rotate(1, to: 3, key: "one"),
                try await stores.rotate(2, to: 4, key: "two", after: 30),
            ] {
                let session: AuthenticatedSession? =
                    switch outcome {
                    case .rotated(let session, _): session
                    case .repeated(let repetition): repetition.session
                    default: nil
                    }
                try requireEqual(session?.authentication, authentication, "\(outcome)")
            }
        },
        Case("refused tokens change nothing") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try requireEqual(try await stores.rotate(99, to: 2), .refused, "unknown")
            try requireEqual(try await stores.rotate(1, to: 2, after: 600), .refused, "expired on the second")
            try require(try await stores.isLive(1, user: user), "the session lives")
            try require(try await stores.rotate(1, to: 2, after: 599).isRotated, "a second earlier it is good")
        },
        Case("an inactive user's tokens are refused") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try await stores.accounts.setActive(false, id: user.id, at: Stores.start)
            try requireEqual(try await stores.rotate(1, to: 2), .refused, "inactive")
            let standing = try await stores.sessions.standing(session: stores.session(1), user: user.id)
            try requireEqual(standing?.user.isActive, false, "the standing tells")
            try requireEqual(standing?.isSessionLive, false, "the session has ended with it")
            try requireEqual(
                try await stores.sessions.end(token: stores.digest(1), at: Stores.start), .unknown, "nothing to log out"
            )
        },
        Case("a session ends at its maximum however often it is refreshed") { stores in
            let user = try await stores.makeUser("first@example.com")
            let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: 600, session: 100)
            try await stores.open(1, for: user, lifetimes: lifetimes)
            guard case .rotated(_, let expiry) = try await stores.rotate(1, to: 2, lifetimes: lifetimes, after: 90)
            else { throw ConformanceFailure(description: "refused before its end") }
            try requireEqual(expiry.accessToken, Stores.start.adding(seconds: 100), "access ends with the session")
            try requireEqual(expiry.refreshToken, Stores.start.adding(seconds: 100), "refresh ends with the session")
            try requireEqual(
                try await stores.rotate(2, to: 3, lifetimes: lifetimes, after: 100), .refused, "over"
            )
        },
        Case("logout ends the session by any of its tokens") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            _ = try await stores.rotate(1, to: 2)
            let late = Stores.start.adding(seconds: 10_000)
            try requireEqual(
                try await stores.sessions.end(token: stores.digest(1), at: late),
                .endedBySpentToken(stores.session(1)), "by a spent one"
            )
            try requireEqual(try await stores.rotate(2, to: 3), .refused, "nothing refreshes")
            try requireEqual(try await stores.sessions.end(token: stores.digest(2), at: late), .unknown, "once")
            try await stores.open(5, for: user)
            try requireEqual(
                try await stores.sessions.end(token: stores.digest(5), at: late), .ended(stores.session(5)),
                "by an expired one"
            )
            try requireEqual(try await stores.sessions.end(token: stores.digest(77), at: late), .unknown, "unknown")
        },
        Case("a standing is of one user and one session") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try await stores.open(1, for: user)
            let sessions = stores.sessions
            try requireEqual(
                try await sessions.standing(session: stores.session(1), user: other.id), nil, "not another's session"
            )
            try requireEqual(
                try await sessions.standing(session: stores.session(9), user: user.id), nil, "not an unknown one"
            )
            try requireEqual(
                try await sessions.standing(session: nil, user: other.id),
                SessionStatus(user: other, isSessionLive: true),
                "a token without a session is judged by its user"
            )
            try requireEqual(try await sessions.standing(session: nil, user: 999), nil, "nobody")
        },
        Case("what can still be presented is kept") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            _ = try await stores.rotate(1, to: 2, after: 500)
            try await stores.open(3, for: user)
            let afterFirst = Stores.start.adding(seconds: 700)
            let gone = try await stores.sessions.deleteExpired(at: afterFirst, limit: 100)
            try requireEqual(gone, 2, "session 3 and its token")
            try require(try await stores.rotate(1, to: 4, after: 701).isReplayed, "a spent token outlives its expiry")
            let end = Stores.start.adding(seconds: 1_200)
            try requireEqual(try await stores.sessions.deleteExpired(at: end, limit: 100), 3, "the rest")
            try requireEqual(try await stores.sessions.deleteExpired(at: end, limit: 100), 0, "nothing is left")
        },
        Case("a logout can end access tokens that outlive their refresh token") { stores in
            let user = try await stores.makeUser("first@example.com")
            let lifetimes = TokenLifetimes(accessToken: 600, refreshToken: 10)
            try await stores.open(1, for: user, lifetimes: lifetimes)
            let now = Stores.start.adding(seconds: 100)
            try requireEqual(try await stores.sessions.deleteExpired(at: now, limit: 100), 0, "nothing goes")
            try requireEqual(
                try await stores.sessions.end(token: stores.digest(1), at: now), .ended(stores.session(1)), "ended"
            )
            try require(try await !stores.isLive(1, user: user), "access tokens too")
        },
        Case("cleaning goes in bounded steps") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...10 { try await stores.open(number, for: user) }
            let end = Stores.start.adding(seconds: 10_000)
            let gone = try await stores.sessions.deleteExpired(at: end, limit: 3)
            try require(gone > 0 && gone <= 6, "at most three of each kind")
        },
    ]
}
