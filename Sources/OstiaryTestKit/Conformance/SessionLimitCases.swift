// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let sessionLimitCases: [Case] = [
        Case("a further session ends those used longest ago") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try await stores.open(9, for: other)
            func open(_ number: Int, limit: Int?) async throws {
                var session = stores.newSession(
                    number, for: user, from: nil, at: Stores.start.adding(seconds: number))
                session.limit = limit
                try requireEqual(
                    try await stores.sessions.open(session, at: Stores.start.adding(seconds: number)),
                    .opened(OpenedSession()),
                    "\(number) opens")
            }
            func live() async throws -> [Int] {
                var live: [Int] = []
                for number in 1...6 where try await stores.isLive(number, user: user) { live.append(number) }
                return live
            }
            for number in 1...3 { try await open(number, limit: 3) }
            try requireEqual(try await live(), [1, 2, 3], "as many as may be")
            // The first one is used again, so the second is the one used longest ago.
            _ = try await stores.rotate(1, to: 11, after: 10)
            try await open(4, limit: 3)
            try requireEqual(try await live(), [1, 3, 4], "one ends")
            try requireEqual(try await stores.rotate(2, to: 12, after: 11), .refused, "its token too")
            try await open(5, limit: nil)
            try requireEqual(try await live(), [1, 3, 4, 5], "no limit")
            try await open(6, limit: 1)
            try requireEqual(try await live(), [6], "the new one alone")
            try require(try await stores.isLive(9, user: other), "another user's goes on")
        },
        Case("sessions are listed page by page, and none is left out") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try await stores.open(99, for: other)
            // Several of one moment, so that the order among them matters.
            for number in 1...11 {
                try await stores.open(number, for: user, at: Stores.start.adding(seconds: number / 3))
            }
            func page(after last: SessionID?, limit: Int = 4) async throws -> [SessionID] {
                try await stores.sessions.list(
                    of: user.id, after: last, at: Stores.start.adding(seconds: 9), limit: limit
                ).map(\.id)
            }
            let all = try await page(after: nil, limit: 100)
            try requireEqual(all.count, 11, "all")
            var seen: [SessionID] = []
            while true {
                let next = try await page(after: seen.last)
                guard !next.isEmpty else { break }
                seen += next
            }
            try requireEqual(seen, all, "in the same order, each once")
            try requireEqual(try await page(after: stores.session(99)), [], "behind another user's comes nothing")
            try requireEqual(try await page(after: stores.session(50)), [], "nor behind an unknown one")
            _ = try await stores.sessions.end(all[3], of: user.id, at: Stores.start.adding(seconds: 9))
            try requireEqual(try await page(after: all[3]), Array(all[4..<8]), "an ended one still has its place")
        },
        Case("what ends all sessions ends tokens without one") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            func cutoff(_ user: User) async throws -> Timestamp? {
                let standing: SessionStatus? = try await stores.sessions.standing(session: nil, user: user.id)
                return standing?.cutoff
            }
            func moment(_ seconds: Int) -> Timestamp { Stores.start.adding(seconds: seconds) }
            try requireEqual(try await cutoff(user), nil, "none has ended")
            try await stores.open(1, for: user)
            try await stores.sessions.endAll(of: user.id, but: stores.session(1), at: moment(1))
            try requireEqual(try await cutoff(user), moment(1), "by the end of all others")
            _ = try await stores.passwords.resetPassword(id: user.id, to: "new", at: moment(2))
            try requireEqual(try await cutoff(user), moment(2), "by a reset of the password")
            let change = stores.newSession(2, for: user, password: "new", from: nil, at: moment(3))
            try requireEqual(
                try await stores.passwords.changePassword(to: "newer", opening: change, at: moment(3)),
                .opened(OpenedSession()),
                "changed")
            try requireEqual(try await cutoff(user), moment(3), "by a change of it")
            try await stores.accounts.setActive(false, id: user.id, at: moment(4))
            try requireEqual(try await cutoff(user), moment(4), "by deactivation")
            try await stores.sessions.endAll(of: user.id, but: nil, at: moment(2))
            try requireEqual(try await cutoff(user), moment(4), "never back")
            try requireEqual(try await cutoff(other), nil, "another user's go on")
        },
    ]
}
