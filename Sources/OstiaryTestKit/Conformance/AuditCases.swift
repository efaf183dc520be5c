// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    private static let context = RequestContext.test(
        at: Stores.start, origin: ClientOrigin(address: IPAddress("2001:db8::7")), by: .operator("root"))

    static let auditCases: [Case] = [
        Case("an entry tells author, request, time, network and subject of an effect") { stores in
            guard
                case .created(let user) = try await stores.accounts.create(
                    NewUser(email: stores.address("first@example.com"), encodedPassword: "encoded"), in: context)
            else { throw ConformanceFailure(description: "taken") }
            let entries = try await stores.audit.entries()
            try requireEqual(entries.count, 1, "one effect, one entry")
            var expected = AuditEntry(.accountCreated, of: user.id, in: context)
            (expected.id, expected.address) = (entries[0].id, nil)
            try requireEqual(entries[0], expected, "all of it")
            try requireEqual(expected.network?.description, "2001:db8::/64", "the network")
        },
        Case("each effect on an account has its entry, and nothing else has one") { stores in
            let user = try await stores.makeUser("first@example.com")
            _ = try await stores.accounts.user(id: user.id)
            _ = try await stores.accounts.update(
                id: user.id, with: ProfileChange(username: "Ä"), at: Stores.start)
            _ = try await stores.accounts.update(
                id: user.id, with: ProfileChange(username: "Ä"), at: Stores.start)
            let email = try stores.address("second@example.com")
            _ = try await stores.accounts.update(
                id: user.id, with: ProfileChange(email: email, proof: .none), at: Stores.start)
            _ = try await stores.accounts.update(
                id: user.id, with: ProfileChange(email: email, proof: .authority), at: Stores.start)
            _ = try await stores.passwords.replacePassword(id: user.id, current: "encoded", with: "renewed")
            for isActive in [true, false, false, true, true] {
                try await stores.accounts.setActive(isActive, id: user.id, at: Stores.start)
            }
            _ = try await stores.passwords.resetPassword(id: user.id, to: "reset", at: Stores.start)
            _ = try await stores.accounts.delete(id: user.id, verifiedPassword: "encoded", at: Stores.start)
            _ = try await stores.accounts.delete(id: user.id, verifiedPassword: "reset", at: Stores.start)
            let entries = try await Array(stores.audit.entries().reversed())
            try requireEqual(
                entries.map(\.event),
                [
                    .registered, .profileChanged, .emailChanged, .accountDeactivated, .accountActivated,
                    .passwordReset, .accountDeleted,
                ], "in this order")
            try require(entries.allSatisfy { $0.user == user.id && $0.request == "request-1" }, "whose and by what")
            try requireEqual(entries[1].changes, [AuditChange("username", from: "", to: "Ä")], "the name")
            try requireEqual(
                entries[2].changes,
                [AuditChange("email", from: "first@example.com", to: "second@example.com")], "the address")
        },
        Case("each effect on sessions has its entry, and a plain refresh has none") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...5 { try await stores.open(number, for: user) }
            _ = try await stores.open(6, for: user, password: "another")
            _ = try await stores.rotate(1, to: 11)
            _ = try await stores.rotate(11, to: 12, key: "key")
            _ = try await stores.rotate(11, to: 13, key: "key")
            _ = try await stores.rotate(1, to: 14)
            _ = try await stores.rotate(1, to: 15)
            _ = try await stores.sessions.end(token: stores.digest(2), at: Stores.start)
            _ = try await stores.sessions.end(token: stores.digest(2), at: Stores.start)
            _ = try await stores.sessions.end(stores.session(3), of: user.id, at: Stores.start)
            try await stores.sessions.recordActivity([SessionActivity(session: stores.session(4), at: Stores.start)])
            try await stores.sessions.endAll(of: user.id, but: stores.session(5), at: Stores.start)
            _ = try await stores.passwords.changePassword(
                to: "new", opening: stores.newSession(7, for: user, from: nil), at: Stores.start)
            var limited = stores.newSession(8, for: user, password: "new", from: nil)
            limited.limit = 1
            _ = try await stores.sessions.open(limited, at: Stores.start)
            _ = try await stores.sessions.deleteExpired(at: Stores.start.adding(seconds: 10_000), limit: 100)
            let entries = try await Array(stores.audit.entries().reversed().dropFirst())
            let expected: [(AuditEvent, Int?, String?)] =
                (1...5).map { (.loggedIn, $0, nil) } + [
                    (.refreshRepeated, 1, nil), (.refreshTokenReplayed, 1, nil), (.loggedOut, 2, nil),
                    (.loggedOut, 3, nil), (.sessionsEnded, 5, nil), (.passwordChanged, 7, nil),
                    (.sessionsEnded, 8, "session_limit"), (.loggedIn, 8, nil),
                ]
            try requireEqual(entries.map(\.event), expected.map(\.0), "in this order")
            try requireEqual(entries.map(\.session), expected.map { $0.1.map(stores.session) }, "of which session")
            try requireEqual(entries.map(\.cause), expected.map(\.2), "why")
            try require(entries.allSatisfy { $0.user == user.id }, "of whom")
            try requireEqual(entries[9].changes, [.sessions(ended: 1, left: 1)], "session 4 was left")
        },
        Case("a count grows in its row, and each other entry gets one of its own") { stores in
            let first = AuditEntry(.loginRefused, cause: "unknown_account", object: "address:1", count: 3, in: context)
            let ids = try await stores.audit.add([first, first], in: context)
            try requireEqual(Set(ids).count, 2, "two rows")
            var more = first
            (more.id, more.count) = (ids[1], 4)
            try requireEqual(try await stores.audit.add([more], in: context), [ids[1]], "the same row")
            more.id = ids[1] + 1_000
            let third = try await stores.audit.add([more], in: context)
            try require(!ids.contains(third[0]), "a row that is gone is made anew")
            try requireEqual(try await stores.audit.entries().map(\.count), [4, 7, 3], "counts")
        },
        Case("entries are found by account, object, event and time, either way") { stores in
            let one = try await stores.makeUser("first@example.com")
            let two = try await stores.makeUser("second@example.com")
            for (number, user) in [one, two, one, one].enumerated() {
                try await stores.open(number + 1, for: user, at: Stores.start.adding(seconds: number * 60))
            }
            let tried = AuditEntry(.loginRefused, object: "address:1", in: context)
            _ = try await stores.audit.add([tried], in: context)
            func found(_ query: AuditQuery) async throws -> [AuditEntry] {
                try await stores.audit.entries(query, in: .test())
            }
            let logins = try await found(AuditQuery(user: one.id, event: .loggedIn, limit: 10))
            try requireEqual(logins.map(\.session), [4, 3, 1].map(stores.session), "of one account, the newest first")
            try requireEqual(try await found(AuditQuery(user: one.id, limit: 2)), Array(logins.prefix(2)), "two only")
            let since = Stores.start.adding(seconds: 60)
            let until = Stores.start.adding(seconds: 180)
            let some = try await found(
                AuditQuery(event: .loggedIn, since: since, until: until, limit: 10, isNewestFirst: false))
            try requireEqual(some.map(\.session), [2, 3].map(stores.session), "of a time, the oldest first")
            let rest = try await found(
                AuditQuery(event: .loggedIn, after: some[0].id, limit: 10, isNewestFirst: false))
            try requireEqual(rest.map(\.session), [3, 4].map(stores.session), "behind one")
            let both = try await found(AuditQuery(user: two.id, object: "address:1", limit: 10))
            try requireEqual(both.map(\.event), [.loginRefused, .loggedIn, .registered], "account or address")
        },
        Case("logins and refusals are counted by hour, down to a number of entries") { stores in
            let start = Stores.start
            func entry(_ event: AuditEvent, _ count: Int, after seconds: Int) -> AuditEntry {
                AuditEntry(event, count: count, in: context.at(start.adding(seconds: seconds)))
            }
            let entries = [
                entry(.loggedIn, 1, after: -1_000), entry(.loginRefused, 7, after: -1), entry(.loggedIn, 1, after: 0),
                entry(.loginRefused, 20, after: 3_599), entry(.registered, 1, after: 3_599),
                entry(.loginThrottled, 3, after: 1), entry(.loggedIn, 1, after: 7_200),
                entry(.loggedIn, 1, after: 7_201),
                entry(.loggedIn, 1, after: 10_799), entry(.loggedIn, 5, after: 10_800),
            ]
            func counts(reach: Int) async throws -> LoginHours {
                try await stores.audit.logins(from: start, hours: 3, reach: reach, in: context)
            }
            func hours(_ numbers: [(Int, Int)]) -> [LoginHour] {
                numbers.enumerated().map {
                    LoginHour(start: start.adding(seconds: $0 * 3_600), loggedIn: $1.0, refused: $1.1)
                }
            }
            try requireEqual(
                try await counts(reach: 5), LoginHours(hours: hours([(0, 0), (0, 0), (0, 0)]), isCutShort: false),
                "an empty log")
            _ = try await stores.audit.add(entries, in: context)
            try requireEqual(
                try await counts(reach: 100), LoginHours(hours: hours([(1, 23), (0, 0), (3, 0)]), isCutShort: false),
                "all of them")
            try requireEqual(
                try await counts(reach: 4), LoginHours(hours: hours([(0, 0), (0, 0), (3, 0)]), isCutShort: true),
                "the newest four")
            try requireEqual(try await counts(reach: 9).isCutShort, true, "there may be more behind the ninth")
            try requireEqual(try await counts(reach: 10).isCutShort, false, "the tenth is too old to be looked at")
        },
        Case("old entries go in portions, the newest of a setting never") { stores in
            for value in 1...3 { _ = try await stores.settings.set("A", to: value, in: context) }
            for number in 1...5 { _ = try await stores.makeUser("user\(number)@example.com") }
            let late = Stores.start.adding(seconds: 60)
            let entry = AuditEntry(.loginRefused, in: context.at(late))
            _ = try await stores.audit.add([entry], in: context)
            // Accounts were made now, and not at the time of the test.
            let before = Timestamp(microseconds: max(late.microseconds, Timestamp.now().microseconds) + 1)
            try requireEqual(
                try await stores.audit.deleteEntries(before: Timestamp(seconds: 1), limit: 100), 0, "none is older")
            try requireEqual(try await stores.audit.deleteEntries(before: before, limit: 2), 2, "a portion")
            try requireEqual(try await stores.audit.deleteEntries(before: before, limit: 100), 6, "the rest")
            try requireEqual(try await stores.audit.entries().map(\.new), ["3"], "the value that is in force stays")
            try requireEqual(try await stores.audit.deleteEntries(before: before, limit: 100), 0, "for good")
        },
    ]
}
