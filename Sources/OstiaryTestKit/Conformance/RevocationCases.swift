// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The cases that every list of what is revoked passes, beside the stores that revoke. Each begins with empty stores.
package struct RevocationCases: Sendable {
    private let stores: Stores
    private let keys: any KeyStore
    private let revocations: any RevocationStore

    package init(_ stores: Stores, keys: any KeyStore, revocations: any RevocationStore) {
        self.stores = stores
        self.keys = keys
        self.revocations = revocations
    }

    private func context(_ seconds: Int) -> RequestContext {
        RequestContext(actor: .system, now: Stores.start.adding(seconds: seconds))
    }

    /// Lets a key sign, since only tokens that a public key verifies are listed.
    /// - Returns: its `kid`.
    @discardableResult
    private func sign() async throws -> String {
        guard let root = RootSecret(Array(repeating: UInt8(7), count: 32)) else {
            throw ConformanceFailure(description: "no root")
        }
        let signer = PrivateKey(generating: .es256)
        let key = StoredKey(
            jwk: signer.publicKey.jwk, state: .published, sealed: SealedKey(signer, under: root),
            publishedAt: Stores.start)
        try require(await keys.publish(key, unlessAfter: nil, in: context(0)), "published")
        try require(
            await keys.sign(
                with: key.id,
                KeyRule.Circumstances(maximumAge: 300, publishHours: 24, accessLifetime: 60, now: Stores.start),
                in: context(0)), "signs")
        return key.id
    }

    private func read(after cursor: String? = nil, limit: Int = 100, at seconds: Int) async throws -> RevocationPage {
        guard let page = try await revocations.page(after: cursor, limit: limit, in: context(seconds)) else {
            throw ConformanceFailure(description: "\(cursor ?? "") is no cursor")
        }
        return page
    }

    /// The entries as short texts: kind, number of the session or id, and the seconds until the end.
    private func texts(_ page: RevocationPage) -> [String] {
        page.entries.map { entry in
            let subject = SessionID(entry.subject).map { String($0.bytes.last ?? 0) } ?? entry.subject
            return "\(entry.kind) \(subject) \(entry.expiresAt.seconds - Stores.start.seconds)"
        }.sorted()
    }

    /// Nothing is listed where no other program can verify a token.
    package func withoutKeys() async throws {
        let user = try await stores.makeUser("first@example.com")
        try await stores.open(1, for: user)
        try require(await stores.sessions.end(stores.session(1), of: user.id, in: context(1)), "ended")
        _ = try await stores.accounts.setActive(false, id: user.id, in: context(2))
        let page = try await read(at: 3)
        try requireEqual(page.entries, [], "nothing")
        try require(page.isComplete && !page.hasMore, "the whole list")
    }

    /// Each way in which a session ends lists it until the last of its access tokens expires.
    package func sessions() async throws {
        try await sign()
        let user = try await stores.makeUser("first@example.com")
        for number in 1...9 { try await stores.open(number, for: user) }
        var cursor = try await read(at: 0).cursor
        func expect(_ expected: [String], _ what: String, at seconds: Int) async throws {
            let page = try await read(after: cursor, at: seconds)
            try requireEqual(texts(page), expected, what)
            try require(!page.isComplete && !page.hasMore, "\(what): what is new")
            cursor = page.cursor
        }
        try require(await stores.sessions.end(stores.session(1), of: user.id, in: context(1)), "ended")
        try await expect(["session 1 60"], "by its user", at: 1)
        try require(await !stores.sessions.end(stores.session(1), of: user.id, in: context(2)), "ended once")
        try await expect([], "once", at: 2)
        _ = try await stores.sessions.end(token: stores.digest(2), in: context(2))
        try await expect(["session 2 60"], "by its refresh token", at: 2)
        _ = try await stores.sessions.end([stores.session(3)], in: context(3))
        try await expect(["session 3 60"], "by an administrator", at: 3)
        _ = try await stores.rotate(4, to: 40, after: 30)
        _ = try await stores.rotate(40, to: 41, lifetimes: TokenLifetimes(accessToken: 5, refreshToken: 600), after: 31)
        try require(try await stores.rotate(4, to: 42, after: 32).isReplayed, "replayed")
        try await expect(["session 4 90"], "by a replay, until the token that lives longest", at: 32)
        let limited = stores.newSession(10, for: user, from: nil, at: Stores.start.adding(seconds: 33))
        _ = try await stores.sessions.open(limited.limited(to: 4), in: context(33))
        try requireEqual(try await read(after: cursor, at: 33).entries.count, 2, "by the limit of sessions")
        cursor = try await read(after: cursor, at: 33).cursor
        _ = try await stores.sessions.endAll(of: user.id, but: stores.session(10), in: context(34))
        let others = try await read(after: cursor, at: 34)
        try require(!texts(others).contains { $0.hasPrefix("session 10 ") }, "the session that is kept")
        try requireEqual(others.entries.count, 3, "all but one")
        try await stores.open(11, for: user, at: Stores.start.adding(seconds: 35))
        _ = try await stores.rotate(11, to: 110, after: 36)
        cursor = try await read(after: others.cursor, at: 36).cursor
        try require(await stores.sessions.end(stores.session(11), of: user.id, in: context(200)), "ended late")
        try await expect([], "no token lives", at: 200)

        let again = TokenLifetimes(accessToken: 60, refreshToken: 600)
        try await stores.open(12, for: user, at: Stores.start.adding(seconds: 201))
        _ = try await stores.rotate(12, to: 120, key: "a", lifetimes: again, after: 202)
        guard case .repeated = try await stores.rotate(12, to: 121, key: "a", lifetimes: again, after: 250) else {
            throw ConformanceFailure(description: "not repeated")
        }
        try require(await stores.sessions.end(stores.session(12), of: user.id, in: context(300)), "ended")
        try await expect(["session 12 310"], "until the token of the repeated refresh", at: 300)
    }

    /// An account that is deactivated or deleted is listed, and so is a key that is revoked.
    package func accountsAndKeys() async throws {
        let key = try await sign()
        let (first, second) = (
            try await stores.makeUser("first@example.com"), try await stores.makeUser("second@example.com")
        )
        let third = try await stores.makeUser("third@example.com")
        try await stores.open(1, for: first)
        try await stores.open(2, for: second)
        try await stores.open(3, for: third)
        _ = try await stores.accounts.setActive(false, id: first.id, in: context(1))
        let deactivated = try await read(at: 1)
        try requireEqual(texts(deactivated), ["session 1 60", "user \(first.id) 60"], "deactivated")
        try require(await stores.accounts.delete(id: second.id, in: context(2)), "deleted")
        let deleted = try await read(after: deactivated.cursor, at: 2)
        try requireEqual(texts(deleted), ["user \(second.id) 60"], "deleted by an administrator")
        try requireEqual(deleted.entries[0].at, deleted.entries[0].expiresAt, "with all tokens that it may have")
        try require(
            await stores.accounts.delete(id: third.id, proof: .password(verified: "encoded"), in: context(3)),
            "deleted by itself")
        let own = try await read(after: deleted.cursor, at: 3)
        try requireEqual(texts(own), ["user \(third.id) 60"], "deleted by its owner")
        try require(await keys.revoke(key, reason: nil, replacement: nil, in: context(4)), "revoked")
        let revoked = try await read(after: own.cursor, at: 4)
        try requireEqual(revoked.entries.map(\.subject), [key], "the key")
        try requireEqual(texts(try await read(at: 5)).count, 5, "all of it")
        try requireEqual(try await read(at: 61).entries.map(\.subject), [key], "until their tokens have expired")
        try requireEqual(try await revocations.deleteExpired(at: Stores.start.adding(seconds: 61), limit: 3), 3, "some")
        try requireEqual(try await revocations.deleteExpired(at: Stores.start.adding(seconds: 61), limit: 9), 1, "rest")
        let last = try await read(after: revoked.cursor, at: 62)
        try require(last.entries.isEmpty && !last.isComplete, "the cursor holds")
        try requireEqual(
            try await revocations.deleteExpired(at: Stores.start.adding(seconds: 1_000_000), limit: 9), 0,
            "the last entry stays")
    }

    /// Pages follow each other without a gap, and a text that is no cursor is refused.
    package func pages() async throws {
        try await sign()
        let user = try await stores.makeUser("first@example.com")
        for number in 1...25 {
            try await stores.open(number, for: user)
            try require(await stores.sessions.end(stores.session(number), of: user.id, in: context(1)), "ended")
        }
        var page = try await read(limit: 10, at: 2)
        var found = texts(page)
        try require(page.isComplete && page.hasMore, "the first page")
        // An end between two pages is on a later one.
        try await stores.open(26, for: user)
        try require(await stores.sessions.end(stores.session(26), of: user.id, in: context(2)), "ended")
        var count = 1
        repeat {
            page = try await read(after: page.cursor, limit: 10, at: 3)
            found += texts(page)
            count += 1
            try require(!page.isComplete && count < 9, "a further page")
        } while page.hasMore
        found += texts(try await read(after: page.cursor, at: 3))
        try requireEqual(Set(found), Set((1...26).map { "session \($0) 60" }), "each of them")
        try requireEqual(found.count, 26, "once")
        for text in [
            "", "x", "W10", page.cursor + "A", String(page.cursor.dropLast()), String(repeating: "W", count: 9_999),
        ] {
            try requireEqual(
                try await revocations.page(after: text, limit: 9, in: context(4)), nil, "no cursor: \(text.prefix(50))")
        }
    }

    /// A cursor of another engine, or of another database of the same engine, begins anew.
    package func foreign(cursor: String) async throws {
        try await sign()
        let user = try await stores.makeUser("first@example.com")
        try await stores.open(1, for: user)
        try require(await stores.sessions.end(stores.session(1), of: user.id, in: context(1)), "ended")
        let page = try await read(after: cursor, at: 2)
        try require(page.isComplete, "anew")
        try requireEqual(texts(page), ["session 1 60"], "all of it")
    }

    /// Ends a session and returns the cursor behind it, for ``foreign(cursor:)``.
    package func cursor() async throws -> String {
        try await sign()
        let user = try await stores.makeUser("first@example.com")
        for number in 1...3 { try await stores.open(number, for: user) }
        _ = try await stores.sessions.endAll(of: user.id, but: nil, in: context(9))
        return try await read(at: 9).cursor
    }
}

extension NewSession {
    fileprivate func limited(to limit: Int) -> NewSession {
        var session = self
        session.limit = limit
        return session
    }
}
