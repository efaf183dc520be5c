// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let accountCases: [Case] = [
        Case("an account is read as it was made") { stores in
            var new = NewUser(email: try stores.address("First@Example.COM"), encodedPassword: "encoded")
            new.username = "first"
            new.firstName = "F"
            new.lastName = "L"
            new.isStaff = true
            guard case .created(let user) = try await stores.accounts.create(new) else {
                throw ConformanceFailure(description: "taken in an empty store")
            }
            try requireEqual(user.email, "First@example.com", "the domain is lower-cased, the local part kept")
            try requireEqual(try await stores.accounts.user(id: user.id), user, "read by id")
            let credential = try await stores.accounts.credential(email: new.email)
            try requireEqual(credential?.user, user, "read by e-mail")
            try requireEqual(credential?.encodedPassword, "encoded", "the password is kept")
            try require(user.isStaff && user.isActive && !user.isSuperuser, "flags are kept")
            try requireEqual(user.lastLogin, nil, "nobody has logged in")
            try requireEqual(try await stores.accounts.user(id: user.id + 1), nil, "no other user")
        },
        Case("e-mail addresses are compared without case") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try stores.address("FIRST@EXAMPLE.com")
            try requireEqual(try await stores.accounts.credential(email: other)?.user, user, "found in any case")
            let again = try await stores.accounts.create(NewUser(email: other, encodedPassword: "x"))
            try requireEqual(again, .emailTaken, "taken in any case")
        },
        Case("a profile change touches what it names") { stores in
            let user = try await stores.makeUser("first@example.com")
            let now = Stores.start
            var change = ProfileChange(username: "first")
            var expected = user
            expected.username = "first"
            try requireEqual(
                try await stores.accounts.update(id: user.id, with: change, at: now),
                .updated(expected, renamed: false), "the name"
            )
            change = ProfileChange(email: try stores.address("new@example.com"), proof: .authority)
            expected.email = "new@example.com"
            try requireEqual(
                try await stores.accounts.update(id: user.id, with: change, at: now), .updated(expected, renamed: true),
                "the address"
            )
            try requireEqual(
                try await stores.accounts.update(id: user.id + 1, with: change, at: now), .unknownUser, "nobody"
            )
        },
        Case("a profile change cannot take an address") { stores in
            let user = try await stores.makeUser("first@example.com")
            _ = try await stores.makeUser("second@example.com")
            let change = ProfileChange(
                email: try stores.address("SECOND@example.com"), username: "lost", proof: .authority)
            try requireEqual(
                try await stores.accounts.update(id: user.id, with: change, at: Stores.start), .emailTaken, "taken"
            )
            try requireEqual(try await stores.accounts.user(id: user.id), user, "nothing of it was done")
            let own = ProfileChange(email: try stores.address("First@example.com"))
            try require(
                try await stores.accounts.update(id: user.id, with: own, at: Stores.start) != .emailTaken,
                "one's own address is free"
            )
        },
        Case("another address needs a proof that holds") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try await stores.open(1, for: user)
            try await stores.open(2, for: other)
            let soon = Stores.start.adding(seconds: 1)
            func rename(_ proof: ProfileChange.Proof) async throws -> ProfileUpdate {
                let change = ProfileChange(email: try stores.address("new@example.com"), username: "n", proof: proof)
                return try await stores.accounts.update(id: user.id, with: change, at: soon)
            }
            let (own, foreign) = (stores.session(1), stores.session(2))
            for proof: ProfileChange.Proof in [
                .none, .password(verified: "other"), .session(own, authenticatedSince: soon),
                .session(foreign, authenticatedSince: Stores.start),
                .session(stores.session(9), authenticatedSince: Stores.start),
            ] {
                try requireEqual(try await rename(proof), .unproven, "\(proof)")
                try requireEqual(try await stores.accounts.user(id: user.id)?.email, user.email, "nothing was done")
                try requireEqual(try await stores.accounts.user(id: user.id)?.username, "", "not the name either")
            }
            let taken = ProfileChange(email: try stores.address("second@example.com"))
            try requireEqual(
                try await stores.accounts.update(id: user.id, with: taken, at: soon), .unproven, "tells nothing")
            let spelt = ProfileChange(email: try stores.address("FIRST@example.com"))
            guard
                case .updated(_, renamed: false) = try await stores.accounts.update(id: user.id, with: spelt, at: soon)
            else { throw ConformanceFailure(description: "another case is the same login") }
            guard
                case .updated(let renamed, renamed: true) = try await rename(
                    .session(own, authenticatedSince: Stores.start))
            else { throw ConformanceFailure(description: "a fresh session is a proof") }
            try requireEqual(renamed.email, "new@example.com", "renamed")
            try await stores.sessions.endAll(of: user.id, but: nil, at: soon)
            let back = ProfileChange(
                email: try stores.address("first@example.com"), proof: .session(own, authenticatedSince: Stores.start))
            try requireEqual(
                try await stores.accounts.update(id: user.id, with: back, at: soon), .unproven, "an ended one is none")
            let known = ProfileChange(
                email: try stores.address("first@example.com"), proof: .password(verified: "encoded"))
            guard case .updated(_, renamed: true) = try await stores.accounts.update(id: user.id, with: known, at: soon)
            else { throw ConformanceFailure(description: "the verified password is a proof") }
        },
        Case("deactivation ends every session, and activation brings none back") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            for number in 1...3 { try await stores.open(number, for: user) }
            try await stores.open(4, for: other)
            try await stores.accounts.setActive(true, id: user.id, at: Stores.start)
            try require(try await stores.isLive(1, user: user), "an activation alone ends nothing")
            for isActive in [false, true] {
                try await stores.accounts.setActive(isActive, id: user.id, at: Stores.start.adding(seconds: 1))
                for number in 1...3 { try require(try await !stores.isLive(number, user: user), "\(number) has ended") }
                try requireEqual(try await stores.rotate(1, to: 9, after: 2), .refused, "its tokens too")
            }
            try require(try await stores.isLive(4, user: other), "another user's goes on")
        },
        Case("activation and deactivation tell what they have changed") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...3 { try await stores.open(number, for: user) }
            _ = try await stores.sessions.end(token: stores.digest(1), at: Stores.start)
            func set(_ isActive: Bool, after seconds: Int = 1) async throws -> Activation? {
                try await stores.accounts.setActive(isActive, id: user.id, at: Stores.start.adding(seconds: seconds))
            }
            try requireEqual(try await set(true)?.isChange, false, "active already")
            let first = try await set(false)
            try requireEqual(first?.user.isActive, false, "inactive now")
            try requireEqual(first?.isChange, true, "a change")
            try requireEqual(first?.endedSessions, 2, "those that were live")
            try requireEqual(try await set(false)?.isChange, false, "inactive already")
            try requireEqual(try await set(true)?.isChange, true, "active again")
            try requireEqual(try await set(true)?.endedSessions, 0, "and nothing ended")
            try await stores.open(4, for: user)
            try requireEqual(try await set(false, after: 100_000)?.endedSessions, 0, "expired ones do not count")
            try requireEqual(
                try await stores.accounts.setActive(false, id: user.id + 1, at: Stores.start), nil, "nobody")
        },
        Case("an account's first network is known from its making on") { stores in
            let network = try stores.network("203.0.113.7")
            var new = NewUser(email: try stores.address("first@example.com"), encodedPassword: "x")
            new.network = network
            _ = try await stores.accounts.create(new, at: Stores.start)
            let address = try stores.address("first@example.com")
            let known = try await stores.accounts.credential(email: address, from: network)?.lastSignIn
            try requireEqual(known, Stores.start, "known")
            let other = try await stores.accounts.credential(email: address, from: stores.network("203.0.113.8"))
            try requireEqual(other?.lastSignIn, nil, "and no other")
        },
        Case("a re-hash never undoes a password change") { stores in
            let user = try await stores.makeUser("first@example.com", password: "old")
            try require(
                try await stores.passwords.replacePassword(id: user.id, current: "old", with: "new"), "replaced")
            try require(
                try await !stores.passwords.replacePassword(id: user.id, current: "old", with: "late"), "too late"
            )
            let stored = try await stores.accounts.credential(email: stores.address("first@example.com"))
            try requireEqual(stored?.encodedPassword, "new", "the first one stays")
        },
        Case("a reset password ends every session") { stores in
            let user = try await stores.makeUser("first@example.com")
            let other = try await stores.makeUser("second@example.com")
            try await stores.open(1, for: user)
            try await stores.open(2, for: user)
            try await stores.open(3, for: other)
            try require(
                try await stores.passwords.resetPassword(id: user.id, to: "new", at: Stores.start), "the user exists"
            )
            try require(try await !stores.isLive(1, user: user), "session 1 has ended")
            try require(try await !stores.isLive(2, user: user), "session 2 has ended")
            try require(try await stores.isLive(3, user: other), "another user's goes on")
            try require(
                try await !stores.passwords.resetPassword(id: 999, to: "new", at: Stores.start), "no such user"
            )
        },
        Case("a deleted account leaves nothing behind") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            try require(try await stores.accounts.delete(id: user.id, at: Stores.start), "deleted")
            try require(try await !stores.accounts.delete(id: user.id, at: Stores.start), "once")
            try requireEqual(try await stores.rotate(1, to: 2), .refused, "its tokens are unknown")
            let standing = try await stores.sessions.standing(session: stores.session(1), user: user.id)
            try requireEqual(standing, nil, "its session is unknown")
            let next = try await stores.makeUser("first@example.com")
            try require(next.id != user.id, "an id is never used twice")
        },
        Case("ten thousand accounts are listed in order and in pieces") { stores in
            for number in 1...10_000 { _ = try await stores.makeUser("user\(number)@example.com") }
            var seen: [User.ID] = []
            while true {
                let page = try await stores.accounts.list(after: seen.last ?? 0, limit: 3_000)
                guard !page.isEmpty else { break }
                seen += page.map(\.id)
            }
            try requireEqual(seen.count, 10_000, "all of them")
            try requireEqual(seen, seen.sorted(), "in order")
        },
        Case("any text is kept as it is") { stores in
            let user = try await stores.makeUser("first@example.com")
            let planes = (0...16).compactMap { Unicode.Scalar(UInt32($0) * 0x1_0000 + 0x0041) }
            let texts = [
                String(String.UnicodeScalarView(planes)), "'; DROP TABLE ostiary_user; --", "\\", "\"", "%_",
                "e\u{301}",
                "\u{202E}<b>", "line\nbreak",
            ]
            for text in texts {
                let change = ProfileChange(username: text)
                _ = try await stores.accounts.update(id: user.id, with: change, at: Stores.start)
                let stored = try await stores.accounts.user(id: user.id)?.username
                try require(stored.map { Array($0.utf8) } == Array(text.utf8), "kept byte by byte: \(text)")
            }
        },
    ]
}
