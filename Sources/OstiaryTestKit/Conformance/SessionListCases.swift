// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let sessionListCases: [Case] = [
        Case("live sessions of all users are found by user, address and start, the last one first") { stores in
            let (one, two) = (
                try await stores.makeUser("first@example.com"), try await stores.makeUser("two@example.com")
            )
            let sessions = try await stores.makeSessions(of: [one, two])
            let address = IPAddress("192.0.2.2")
            let (from, to) = (Stores.start.adding(seconds: 4), Stores.start.adding(seconds: 9))
            let queries = [
                SessionQuery(), SessionQuery(user: one.id), SessionQuery(user: two.id + 1),
                SessionQuery(address: address),
                SessionQuery(address: IPAddress("2001:db8::1")), SessionQuery(startedBefore: to),
                SessionQuery(startedAfter: from), SessionQuery(startedBefore: to, startedAfter: from),
                SessionQuery(user: two.id, address: address), SessionQuery(user: one.id, startedBefore: to),
                SessionQuery(address: address, startedAfter: from),
                SessionQuery(user: two.id, address: address, startedBefore: to, startedAfter: from),
            ]
            for query in queries {
                let expected = sessions.filter { session in
                    query.user.map { session.user == $0 } ?? true
                        && query.address.map { session.record.origin.address == $0 } ?? true
                        && query.startedBefore.map { session.record.startedAt < $0 } ?? true
                        && query.startedAfter.map { session.record.startedAt >= $0 } ?? true
                }
                for limits in [ListLimits(), ListLimits(page: 4), ListLimits(page: 3, reach: 5)] {
                    var query = query
                    query.limits = limits
                    let found = try await stores.listing(query, after: 100)
                    try requireEqual(found.rows, expected, "\(query)")
                }
            }
        },
        Case("sessions are each listed once while others begin and end") { stores in
            let user = try await stores.makeUser("first@example.com")
            let sessions = try await stores.makeSessions(of: [user])
            var goers = sessions.enumerated().filter { $0.offset % 3 == 0 }.map(\.element.record.id)
            let stayers = sessions.enumerated().filter { $0.offset % 3 != 0 }.map(\.element.record.id)
            let found = try await stores.listing(SessionQuery(limits: ListLimits(page: 4)), after: 100) { number in
                if let gone = goers.popLast() {
                    _ = try await stores.sessions.end(gone, of: user.id, at: Stores.start.adding(seconds: 50))
                }
                try await stores.open(500 + number, for: user, at: Stores.start.adding(seconds: number))
            }
            let listed = found.rows.map(\.record.id)
            try requireEqual(listed.filter(Set(stayers).contains), stayers, "each once, in order")
            try requireEqual(Set(listed).count, listed.count, "none twice")
        },
        Case("sessions that cannot match are looked at in a bounded number for a page") { stores in
            let (one, two) = (
                try await stores.makeUser("first@example.com"), try await stores.makeUser("two@example.com")
            )
            try await stores.open(1, for: two)
            for number in 2...20 { try await stores.open(number, for: one, at: Stores.start.adding(seconds: 1)) }
            try await stores.sessions.endAll(of: one.id, but: nil, at: Stores.start.adding(seconds: 2))
            let query = SessionQuery(user: one.id, limits: ListLimits(page: 5, reach: 5))
            let found = try await stores.listing(query, after: 3)
            try requireEqual(found.rows, [], "all have ended")
            try require(found.pages <= 5, "and each page got five further")
        },
    ]
}

extension Stores {
    /// Opens sessions of which some begin at once, some have ended and some have expired.
    /// - Returns: those that are live 100 seconds after the start, the one that started last first.
    fileprivate func makeSessions(of users: [User]) async throws -> [ListedSession] {
        var live: [(ListedSession, SessionQuery.Position)] = []
        for number in 1...31 {
            let user = users[number % users.count]
            let start = Stores.start.adding(seconds: number * 7 % 31 / 2)
            let address = number % 5 == 4 ? nil : IPAddress(number % 5 == 3 ? "2001:db8::1" : "192.0.2.\(number % 5)")
            let origin = ClientOrigin(address: address, userAgent: "agent \(number)")
            let brief = TokenLifetimes(accessToken: 10, refreshToken: 20)
            let new = newSession(
                number, for: user, lifetimes: number % 7 == 0 ? brief : Stores.lifetimes, from: nil, at: start)
            _ = try await sessions.open(new, in: .test(at: start, origin: origin))
            if number % 6 == 0 {
                _ = try await sessions.end(new.id, of: user.id, at: start)
            } else if number % 7 != 0 {
                let record = SessionRecord(id: new.id, startedAt: start, lastUsedAt: start, origin: origin)
                live.append(
                    (
                        ListedSession(
                            record: record, user: user.id, email: user.email, authentication: new.authentication),
                        SessionQuery.Position(startedAt: start, id: new.id)
                    ))
            }
        }
        return live.sorted { $1.1 < $0.1 }.map(\.0)
    }
}
