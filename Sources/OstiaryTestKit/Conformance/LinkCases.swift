// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let linkCases: [Case] = [
        Case("a link works once, within its time, for its purpose and for its address") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            let (digest, _) = try await stores.deliver(try stores.mail(.verify, to: "owner@example.com", user: user.id))
            let found = try await stores.links.find([.verification: digest], in: context)
            try requireEqual(found?.email, "owner@example.com", "found")
            try requireEqual(found?.user, user.id, "with its account")
            try requireEqual(try await stores.links.find([.reset: digest], in: context), nil, "another purpose")
            try requireEqual(
                try await stores.links.resetPassword(digest, to: "new", notice: nil, in: context), .invalid, "no reset")
            let late = context.at(Stores.start.adding(seconds: 3_600))
            try requireEqual(try await stores.links.verify(digest, in: late), .invalid, "too late")
            guard case .done(let verified) = try await stores.links.verify(digest, in: context) else {
                throw ConformanceFailure(description: "not verified")
            }
            try require(verified.isEmailVerified, "proven")
            try requireEqual(try await stores.accounts.user(id: user.id)?.isEmailVerified, true, "and stored")
            try requireEqual(try await stores.links.verify(digest, in: context), .invalid, "used")
            try requireEqual(try await stores.audit.entries()[0].event, .emailVerified, "the entry")
            let change = ProfileChange(email: try stores.address("Owner@example.com"), proof: .authority)
            _ = try await stores.accounts.update(id: user.id, with: change, at: Stores.start)
            try requireEqual(try await stores.accounts.user(id: user.id)?.isEmailVerified, true, "the same login")
            let other = ProfileChange(email: try stores.address("other@example.com"), proof: .authority)
            _ = try await stores.accounts.update(id: user.id, with: other, at: Stores.start)
            try requireEqual(try await stores.accounts.user(id: user.id)?.isEmailVerified, false, "another login")
        },
        Case("a link dies with the address that it was sent to, and only the newest five live") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            var digests: [OneTimeDigest] = []
            for number in 0..<7 {
                let now = Stores.start.adding(seconds: number)
                digests.append(
                    try await stores.deliver(try stores.mail(.reset, to: "owner@example.com", at: now), at: now).digest)
            }
            for (number, digest) in digests.enumerated() {
                let isLive = try await stores.links.find([.reset: digest], in: context) != nil
                try requireEqual(isLive, number >= 2, "link \(number)")
            }
            let change = ProfileChange(email: try stores.address("new@example.com"), proof: .authority)
            _ = try await stores.accounts.update(id: user.id, with: change, at: Stores.start)
            try requireEqual(
                try await stores.links.resetPassword(digests[6], to: "new", notice: nil, in: context), .invalid,
                "the address is another one")
        },
        Case("a reset by a link sets the password, ends everything and tells the owner") { stores in
            let user = try await stores.makeUser("owner@example.com")
            try await stores.open(1, for: user, from: "192.0.2.1")
            let context = RequestContext.test(at: Stores.start)
            let other = try await stores.deliver(try stores.mail(.reset, to: "owner@example.com")).digest
            let (digest, _) = try await stores.deliver(try stores.mail(.reset, to: "owner@example.com"))
            let notice = stores.notice(.passwordChanged)
            guard
                case .done(let after) = try await stores.links.resetPassword(
                    digest, to: "new", notice: notice, in: context)
            else { throw ConformanceFailure(description: "not reset") }
            try require(after.isEmailVerified, "the address is proven by it")
            try require(try await !stores.isLive(1, user: user), "the session has ended")
            let record = try await stores.accounts.credential(
                email: try stores.address("owner@example.com"), from: try stores.network("192.0.2.1"))
            try requireEqual(record?.encodedPassword, "new", "the password")
            try requireEqual(record?.lastSignIn, nil, "no known network")
            try requireEqual(try await stores.links.find([.reset: other], in: context), nil, "other links are void")
            try requireEqual(try await stores.waitingMail(), [.passwordChanged], "the notice")
            try requireEqual(
                try await stores.audit.entries().prefix(2).map(\.event), [.emailVerified, .passwordReset], "the entries"
            )
        },
        Case("a change moves the account, keeps the session that asked, and can be undone") { stores in
            let user = try await stores.makeUser("owner@example.com")
            try await stores.open(1, for: user)
            try await stores.open(2, for: user)
            let context = RequestContext.test(at: Stores.start)
            _ = try await stores.makeUser("taken@example.com")
            let message = try stores.mail(
                .changeConfirm, to: "thief@example.com", user: user.id, session: stores.session(1))
            let (digest, mail) = try await stores.deliver(message)
            try requireEqual(mail?.recipient.text, "thief@example.com", "to the new address")
            let notice = stores.notice(.changeNotice)
            guard case .done(let moved) = try await stores.links.change(digest, notice: notice, in: context) else {
                throw ConformanceFailure(description: "not changed")
            }
            try requireEqual(moved.email, "thief@example.com", "moved")
            try require(moved.isEmailVerified, "and proven")
            try require(try await stores.isLive(1, user: user), "the asking session lives")
            try require(try await !stores.isLive(2, user: user), "the other one has ended")
            let (undo, told) = try await stores.deliverNext()
            try requireEqual(told, PreparedMail(.changeNotice, to: try stores.address("owner@example.com")), "told")
            // The thief sets a password by mail to the new address: the way back must stay.
            let reset = try await stores.deliver(try stores.mail(.reset, to: "thief@example.com")).digest
            _ = try await stores.links.resetPassword(reset, to: "thief", notice: nil, in: context)
            guard
                case .done(let back) = try await stores.links.undo(undo, reset: stores.notice(.reset), in: context)
            else { throw ConformanceFailure(description: "not undone") }
            try requireEqual(back.email, "owner@example.com", "back")
            try require(try await !stores.isLive(1, user: user), "every session has ended")
            let record = try await stores.accounts.credential(email: try stores.address("owner@example.com"))
            try require(record.map { $0.encodedPassword != "thief" } ?? false, "the thief's password is void")
            try requireEqual(try await stores.waitingMail(), [.reset], "the owner gets a link")
            try requireEqual(
                try await stores.links.undo(undo, reset: nil, in: context), .invalid, "once")
        },
        Case("a change to an address that is taken meanwhile changes nothing") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            let (digest, _) = try await stores.deliver(
                try stores.mail(.changeConfirm, to: "new@example.com", user: user.id))
            _ = try await stores.makeUser("New@example.com")
            try await stores.open(1, for: user)
            let count = try await stores.audit.entries().count
            try requireEqual(try await stores.links.change(digest, notice: nil, in: context), .emailTaken, "taken")
            try require(try await stores.isLive(1, user: user), "nothing has ended")
            try requireEqual(try await stores.audit.entries().count, count, "no entry")
        },
        Case("a login by a link proves the address, and takes an unproven account from who is in it") { stores in
            let user = try await stores.makeUser("owner@example.com")
            try await stores.open(1, for: user)
            let context = RequestContext.test(at: Stores.start)
            func login(_ number: Int, _ proof: AuthenticationProof) async throws -> SessionOpening {
                let session = NewSession(
                    stores.authenticated(number, user.id), proof: proof, refreshToken: stores.digest(number),
                    expiry: Stores.lifetimes.expiry(sessionStartedAt: Stores.start, now: Stores.start))
                return try await stores.sessions.open(session, in: context)
            }
            let (first, _) = try await stores.deliver(try stores.mail(.login, to: "owner@example.com"))
            try require(try await login(2, .link(first)) != .userChanged, "opened")
            try requireEqual(try await login(3, .link(first)), .userChanged, "once")
            try require(try await !stores.isLive(1, user: user), "who was there before is out")
            try requireEqual(
                try await stores.open(4, for: user), .userChanged, "the password from before is void")
            let message = try stores.mail(.login, to: "owner@example.com")
            _ = try await stores.deliver(message)
            let right = stores.code(message.nonce)
            try requireEqual(try await login(5, .code(stores.code(MailNonce()))), .userChanged, "another code")
            try require(try await login(5, .code(right)) != .userChanged, "by the code")
            try require(try await stores.isLive(2, user: user), "a proven account keeps its sessions")
            try requireEqual(try await login(6, .code(right)), .userChanged, "once")
        },
        Case("codes are tried five times each, and an account has so many wrong tries in a day") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            func wrong(_ nonce: MailNonce) -> MailPreparation.Code {
                stores.code(nonce, Stores.secrets.code(nonce) == "000000" ? "000001" : "000000")
            }
            func attempt(_ code: MailPreparation.Code) async throws -> User.ID? {
                try await stores.links.tryCode(code, tries: 5, wrongTries: 7, in: context)
            }
            let first = try stores.mail(.login, to: "owner@example.com")
            _ = try await stores.deliver(first)
            for _ in 0..<4 { try requireEqual(try await attempt(wrong(first.nonce)), nil, "wrong") }
            try requireEqual(try await attempt(stores.code(first.nonce)), user.id, "the fifth is right")
            try requireEqual(try await attempt(stores.code(first.nonce)), nil, "no sixth")
            let second = try stores.mail(.login, to: "owner@example.com")
            _ = try await stores.deliver(second)
            for _ in 0..<3 { try requireEqual(try await attempt(wrong(second.nonce)), nil, "wrong") }
            try requireEqual(try await attempt(stores.code(second.nonce)), nil, "seven wrong ones today")
            let tomorrow = context.at(Stores.start.adding(seconds: 86_400))
            let third = try stores.mail(.login, to: "owner@example.com", at: tomorrow.now)
            _ = try await stores.deliver(third, at: tomorrow.now)
            try requireEqual(
                try await stores.links.tryCode(stores.code(third.nonce), tries: 5, wrongTries: 7, in: tomorrow),
                user.id, "tomorrow")
        },
        Case("a registration waits for its confirmation, and ends where the address has an account") { stores in
            let context = RequestContext.test(at: Stores.start)
            func register(_ email: String) async throws -> (OneTimeDigest, PreparedMail?) {
                let message = try stores.mail(.register, to: email)
                let link = stores.preparation(message).link
                guard let digest = link?.digest else { throw ConformanceFailure(description: "no link") }
                let pending = PendingRegistration(
                    digest: digest, email: message.address, encodedPassword: "chosen", expiresAt: message.expiresAt)
                _ = try await stores.outbox.enqueue(message, pending: pending, limit: 9, in: context)
                return (digest, try await stores.deliverNext().mail)
            }
            let (digest, mail) = try await register("new@example.com")
            try requireEqual(mail?.kind, .register, "the link")
            try requireEqual(
                try await stores.accounts.credential(email: try stores.address("new@example.com"))?.user.id, nil,
                "none yet")
            for _ in 0..<5 {
                let pending = try await stores.links.tryRegistration(digest, tries: 5, in: context)
                try requireEqual(pending?.encodedPassword, "chosen", "a try")
            }
            try requireEqual(try await stores.links.tryRegistration(digest, tries: 5, in: context), nil, "no sixth")
            let user = NewUser(email: try stores.address("new@example.com"), encodedPassword: "chosen")
            guard
                case .created(let made) = try await stores.links.completeRegistration(
                    digest, creating: user, in: context)
            else { throw ConformanceFailure(description: "not created") }
            try require(made.isEmailVerified, "with a proven address")
            try requireEqual(
                try await stores.links.completeRegistration(digest, creating: user, in: context), nil, "once")
            let (second, answer) = try await register("NEW@example.com")
            try requireEqual(answer, PreparedMail(.alreadyRegistered, to: user.email), "to who is there")
            try requireEqual(try await stores.links.find([.registration: second], in: context), nil, "no link")
        },
        Case("fifty uses of one link at once have one effect") { stores in
            let user = try await stores.makeUser("owner@example.com")
            for round in 0..<20 {
                let (digest, _) = try await stores.deliver(try stores.mail(.reset, to: "owner@example.com"))
                let done = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            let outcome = try await stores.links.resetPassword(
                                digest, to: "new \(number)", notice: nil, in: .test(at: Stores.start))
                            return outcome != .invalid
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                try requireEqual(done, 1, "round \(round)")
            }
            _ = user
        },
        Case("a new password also voids the link of a change that waits to be sent") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            for kind in [MailKind.changeConfirm, .changeNotice, .reset] {
                let message = try stores.mail(kind, to: "owner@example.com", user: user.id)
                try require(try await stores.outbox.enqueue(message, pending: nil, limit: 100, in: context), "\(kind)")
            }
            _ = try await stores.passwords.resetPassword(
                id: user.id, to: "new", mustChange: false, notice: nil, in: .test())
            try requireEqual(try await stores.waitingMail(), [.changeNotice, .reset], "that goes to another address")
        },
        Case("a notice goes out with its cause, and not without it") { stores in
            let user = try await stores.makeUser("owner@example.com")
            var session = stores.newSession(1, for: user, from: nil)
            session.notice = stores.notice(.newLogin)
            _ = try await stores.sessions.open(session, in: .test(at: Stores.start))
            var refused = stores.newSession(2, for: user, password: "wrong", from: nil)
            refused.notice = stores.notice(.newLogin)
            _ = try await stores.sessions.open(refused, in: .test(at: Stores.start))
            try requireEqual(try await stores.waitingMail(), [.newLogin], "for the login alone")
            var again = stores.newSession(3, for: user, from: nil)
            again.notice = stores.notice(.newLogin)
            _ = try await stores.sessions.open(again, in: .test(at: Stores.start))
            try requireEqual(try await stores.waitingMail(), [.newLogin], "one in an hour")
            _ = try await stores.passwords.resetPassword(
                id: user.id, to: "new", mustChange: false, notice: stores.notice(.passwordChanged), in: .test())
            try requireEqual(try await stores.waitingMail(), [.newLogin, .passwordChanged], "for the reset")
        },
    ]
}
