// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Refresh tokens in the table of a Django service, on both engines.
@Suite("Refresh tokens of Django", .serialized, .onItsOwnThread)
struct AdoptedTokenTests {
    private func adopted(
        _ tokens: AdoptedStorage.Tokens, _ body: (AdoptedStorage, User.ID) async throws -> Void
    ) async throws {
        try await onBothEngines(tokens: tokens) { storage in
            try storage.add("first@example.com")
            try await body(storage, storage.id(of: "first@example.com"))
        }
    }

    private func state(_ storage: AdoptedStorage) async throws -> [String] {
        try await storage.run(
            """
            SELECT (SELECT count(*) FROM auth_api_refreshtoken), (SELECT count(*) FROM ostiary_session),
                (SELECT count(*) FROM ostiary_refresh_token), (SELECT count(*) FROM ostiary_audit)
            """)[0]
    }

    // MARK: - Taking them

    @Test(
        "a live token opens a session, once, and its successor goes on",
        arguments: [AdoptedStorage.Tokens.taken, .shared])
    func taken(_ tokens: AdoptedStorage.Tokens) async throws {
        try await adopted(tokens) { storage, user in
            try await storage.addToken(1, of: user)
            guard case .rotated(let session, let expiry) = try await storage.exchange(1, for: 2) else {
                Issue.record("not taken")
                return
            }
            #expect(session.user == user && session.authentication == .unknown)
            #expect(expiry.refreshToken == AdoptedStorage.start.adding(seconds: 601))
            #expect(try await storage.tokens() == (tokens == .shared ? [2] : []))
            let entries = try await storage.stores.audit.entries()
            #expect(entries.map(\.event) == [.legacyTokenTaken])
            // It is no login.
            #expect(try await storage.run("SELECT last_login FROM auth_api_customuser") == [["NULL"]])
            let proof = ProfileChange(
                email: EmailAddress("new@example.com"),
                proof: .session(session.id, authenticatedSince: Timestamp(seconds: 1)))
            #expect(
                try await storage.stores.accounts.update(id: user, with: proof, at: AdoptedStorage.start) == .unproven)
            let standing = try await storage.stores.permissions.standing(of: user, session: session.id, in: .test())
            #expect(standing?.authenticatedAt == Timestamp(microseconds: 0))

            #expect(try await storage.exchange(2, for: 3, after: 2).isRotated)
            #expect(try await storage.tokens() == (tokens == .shared ? [3] : []))
            #expect(try await storage.exchange(1, for: 4, after: 3).isReplayed)
            #expect(try await storage.exchange(3, for: 5, after: 4) == .refused)
            #expect(try await storage.tokens() == [])
        }
    }

    @Test("an expired, an inactive user's and an unknown token change nothing")
    func refused() async throws {
        try await adopted(.shared) { storage, user in
            try storage.add("inactive@example.com", isActive: false)
            try await storage.addToken(1, of: user, expiresAfter: 1)
            try await storage.addToken(2, of: storage.id(of: "inactive@example.com"))
            let before = try await state(storage)
            for number in 1...3 { #expect(try await storage.exchange(number, for: 9) == .refused, "\(number)") }
            #expect(try await state(storage) == before)
            #expect(try await storage.tokens() == [1, 2])
            // A moment earlier the first one lives.
            #expect(try await storage.exchange(1, for: 9, after: 0).isRotated)
        }
    }

    @Test("a repetition with the key gets the same answer; without it, it is a replay, but for the reuse interval")
    func repetition() async throws {
        try await adopted(.shared) { storage, user in
            for number in [1, 11, 21] { try await storage.addToken(number, of: user) }
            guard case .rotated(let session, _) = try await storage.exchange(1, for: 2, key: "one") else {
                Issue.record("not taken")
                return
            }
            guard case .repeated(let repetition) = try await storage.exchange(1, for: 3, key: "one", after: 2) else {
                Issue.record("not repeated")
                return
            }
            #expect(repetition.successor == storage.token(2).digest && repetition.session.id == session.id)
            #expect(repetition.session.authentication == .unknown)
            #expect(try await storage.tokens() == [2, 11, 21])
            #expect(try await storage.exchange(2, for: 3, key: "one", after: 3) == .reusedKey)
            #expect(try await storage.exchange(1, for: 3, key: "other", after: 3).isReplayed)

            var lifetimes = AdoptedStorage.lifetimes
            lifetimes.reuseInterval = 10
            #expect(try await storage.exchange(11, for: 12, lifetimes: lifetimes).isRotated)
            #expect(try await storage.exchange(11, for: 13, lifetimes: lifetimes, after: 5).isRepeated)
            #expect(try await storage.exchange(11, for: 13, lifetimes: lifetimes, after: 20).isReplayed)

            #expect(try await storage.exchange(21, for: 22).isRotated)
            #expect(try await storage.exchange(21, for: 23, after: 2).isReplayed)
            #expect(try await storage.tokens() == [])
        }
    }

    @Test("a logout ends a live and an expired token of Django, and no other")
    func logout() async throws {
        try await adopted(.taken) { storage, user in
            try await storage.addToken(1, of: user)
            try await storage.addToken(2, of: user, expiresAfter: -5)
            try await storage.addToken(3, of: user)
            let logout = LogoutService(sessions: storage.stores.sessions)
            for number in [1, 2] {
                #expect(
                    try await logout.logout(storage.token(number), in: .test(at: AdoptedStorage.start)), "\(number)")
            }
            #expect(try await storage.tokens() == [3])
            for number in [1, 2, 4] {
                #expect(
                    try await !logout.logout(storage.token(number), in: .test(at: AdoptedStorage.start)), "\(number)")
            }
            #expect(try await storage.stores.audit.entries().map(\.event) == [.loggedOut, .loggedOut])
            #expect(try await storage.exchange(1, for: 9) == .refused)
        }
    }

    // MARK: - Sharing

    @Test("Django's rows follow each open, refresh, end and limit")
    func following() async throws {
        try await adopted(.shared) { storage, user in
            for number in 1...3 { try await storage.open(number, for: user) }
            #expect(try await storage.tokens() == [1, 2, 3])
            #expect(try await storage.exchange(1, for: 11).isRotated)
            #expect(try await storage.tokens() == [11, 2, 3])
            let sessions = storage.stores.sessions
            #expect(
                try await sessions.end(token: storage.token(2).digest, in: .test(at: AdoptedStorage.start))
                    == .ended(storage.session(2)))
            #expect(try await storage.tokens() == [11, 3])
            #expect(try await sessions.end(storage.session(3), of: user, in: .test(at: AdoptedStorage.start)))
            #expect(try await storage.tokens() == [11])
            // By a spent token.
            #expect(
                try await sessions.end(token: storage.token(1).digest, in: .test(at: AdoptedStorage.start))
                    == .endedBySpentToken(storage.session(1)))
            #expect(try await storage.tokens() == [])
            for number in 4...6 {
                try await storage.open(number, for: user, limit: 2, at: AdoptedStorage.start.adding(seconds: number))
            }
            #expect(try await storage.tokens() == [5, 6])
            #expect(
                try await sessions.end([storage.session(5)], in: .test(at: AdoptedStorage.start, by: .operator("root")))
                    == ActionCounts(done: 1))
            #expect(try await storage.tokens() == [6])
        }
    }

    @Test("all rows of the user go with all sessions, a new password, a reset, a deactivation and the account")
    func allAtOnce() async throws {
        try await adopted(.shared) { storage, user in
            try storage.add("other@example.com")
            let other = try await storage.id(of: "other@example.com")
            try await storage.open(100, for: other)
            let context = RequestContext.test(at: AdoptedStorage.start, by: .operator("root"))
            let (accounts, sessions, passwords) =
                (storage.stores.accounts, storage.stores.sessions, storage.stores.passwords)
            /// A session of ours and a token of Django.
            func prepare(_ number: Int, password: String = "encoded") async throws {
                let new = storage.new(number, for: user, password: password)
                #expect(try await sessions.open(new, at: AdoptedStorage.start) == .opened(OpenedSession()))
                try await storage.addToken(number + 1, of: user)
            }
            try await prepare(1)
            try await storage.open(3, for: user)
            #expect(try await sessions.endAll(of: user, but: storage.session(3), in: context) == 1)
            #expect(try await storage.tokens() == [3, 100], "\(storage.engine)")
            #expect(try await sessions.endAll(of: user, but: nil, in: context) == 1)
            #expect(try await storage.tokens() == [100])

            try await prepare(11)
            let next = storage.new(13, for: user)
            #expect(
                try await passwords.changePassword(to: "second", opening: next, at: AdoptedStorage.start)
                    == .opened(OpenedSession()))
            #expect(try await storage.tokens() == [13, 100])
            #expect(
                try await passwords.resetPassword(id: user, to: "third", mustChange: false, notice: nil, in: context))
            #expect(try await storage.tokens() == [100])

            try await prepare(21, password: "third")
            #expect(try await accounts.setActive(false, id: user, in: context) != nil)
            #expect(try await storage.tokens().subtracting([22]) == [100])
            _ = try await accounts.setActive(true, id: user, in: context)
            try await prepare(31, password: "third")
            #expect(try await accounts.delete(id: user, in: context))
            #expect(try await storage.tokens() == [100])
        }
    }

    @Test("expired rows of ours are cleaned up, those of Django stay")
    func cleanup() async throws {
        try await adopted(.shared) { storage, user in
            try await storage.open(1, for: user)
            try await storage.addToken(2, of: user)
            let later = AdoptedStorage.start.adding(seconds: 100_000)
            try await storage.open(3, for: user, at: later)
            #expect(try await storage.stores.sessions.deleteExpired(at: later, limit: 100) > 0)
            #expect(try await storage.tokens() == [2, 3])
            #expect(try await storage.run("SELECT count(*) FROM ostiary_refresh_token") == [["1"]])
        }
    }

    @Test("a token whose row Django has deleted was spent there: a replay, which ends the session")
    func spentElsewhere() async throws {
        try await adopted(.shared) { storage, user in
            try await storage.open(1, for: user)
            // As Django refreshes: a new row, and the old one deleted.
            try await storage.addToken(2, of: user)
            try await storage.run("DELETE FROM auth_api_refreshtoken WHERE token = \(untyped: storage.text(1))")
            #expect(try await storage.exchange(1, for: 9) == .replayed(user, storage.session(1)))
            #expect(try await storage.exchange(1, for: 9) == .refused)
            #expect(try await storage.stores.audit.entries(event: .refreshTokenReplayed).count == 1)
            // The successor that Django gave lives on.
            #expect(try await storage.tokens() == [2])
            #expect(try await storage.exchange(2, for: 3, after: 2).isRotated)
            #expect(try await storage.tokens() == [3])
        }
    }

    @Test("a token that was never shared lives without a row", arguments: DjangoSchema.Engine.allCases)
    func notShared(engine: DjangoSchema.Engine) async throws {
        let storage = try await AdoptedStorage(engine, tokens: .taken)
        defer { storage.close() }
        try storage.add("first@example.com")
        try await storage.open(1, for: storage.id(of: "first@example.com"))
        #expect(try await storage.tokens() == [])
        #expect(try await storage.exchange(1, for: 2).isRotated)
        #expect(try await storage.tokens() == [])
    }

    // MARK: - Races

    @Test("one token presented sixteen times at once has one winner", arguments: DjangoSchema.Engine.allCases)
    func race(engine: DjangoSchema.Engine) async throws {
        let storage = try await AdoptedStorage(engine, tokens: .shared)
        defer { storage.close() }
        try storage.add("first@example.com")
        let user = try await storage.id(of: "first@example.com")
        let rounds = TestScale.count(12)
        for round in 0..<rounds {
            let first = round * 100
            try await storage.addToken(first, of: user)
            let outcomes = try await withThrowingTaskGroup(of: RotationOutcome.self) { group in
                for number in 1...16 { group.addTask { try await storage.exchange(first, for: first + number) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count(where: \.isRotated) == 1, "round \(round)")
            #expect(outcomes.count(where: \.isReplayed) == 1, "round \(round)")
            #expect(outcomes.count { $0 == .refused } == 14, "round \(round)")
        }
        #expect(try await storage.tokens() == [])
        let live = try await storage.run("SELECT count(*) FROM ostiary_session WHERE ended_at IS NULL")
        #expect(live == [["0"]])
    }

    @Test(
        "a refresh races a logout of the same token: one of them comes first", arguments: DjangoSchema.Engine.allCases)
    func logoutRace(engine: DjangoSchema.Engine) async throws {
        let storage = try await AdoptedStorage(engine, tokens: .shared)
        defer { storage.close() }
        try storage.add("first@example.com")
        let user = try await storage.id(of: "first@example.com")
        let logout = LogoutService(sessions: storage.stores.sessions)
        for round in 0..<TestScale.count(20) {
            let number = round * 10 + 1
            try await storage.addToken(number, of: user)
            async let refreshed = storage.exchange(number, for: number + 1)
            async let isLoggedOut = logout.logout(storage.token(number), in: .test(at: AdoptedStorage.start))
            let (outcome, ended) = try await (refreshed, isLoggedOut)
            #expect(outcome.isRotated != ended, "round \(round): \(outcome), \(ended)")
            #expect(try await storage.tokens() == [], "round \(round)")
        }
    }
}
