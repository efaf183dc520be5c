// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Uses of links at the same moment. Each pair of uses has the effects of one order of the two.
extension StoreConformance {
    static let linkRaceCases: [Case] = [
        Case("of a reset and a change of address at once one takes place") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let reset = try await race.link(.reset)
                let change = try await race.link(.changeConfirm, to: "new\(round)@example.com", session: 0)
                async let first = race.reset(by: reset)
                async let second = race.change(by: change)
                switch try await (first, second) {
                case (.done, .invalid):
                    try await race.requireEffects([.passwordReset, .emailVerified], notices: [.passwordChanged])
                    try await race.requireAccount("new", lives: [])
                case (.invalid, .done):
                    try await race.requireEffects([.emailChanged], notices: [.changeNotice])
                    try await race.requireAccount("encoded", at: "new\(round)@example.com", lives: [0])
                case let outcomes: throw ConformanceFailure(description: "round \(round): \(outcomes)")
                }
                try await race.requireVoid([.reset: reset, .change: change])
            }
        },
        Case("a deletion wins over a reset, unless its password has gone") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let (reset, other) = (try await race.link(.reset), try await race.link(.verify))
                let byOwner = round.isMultiple(of: 2)
                async let first = race.reset(by: reset)
                async let second =
                    byOwner
                    ? stores.accounts.delete(id: race.user.id, verifiedPassword: "encoded", at: Stores.start)
                    : stores.accounts.delete(id: race.user.id, at: Stores.start)
                let (outcome, isDeleted) = try await (first, second)
                let isReset = outcome != .invalid
                try require(byOwner ? isReset != isDeleted : isDeleted, "round \(round): \(outcome), \(isDeleted)")
                try await race.requireEffects(
                    (isReset ? [.passwordReset, .emailVerified] : []) + (isDeleted ? [.accountDeleted] : []),
                    notices: isDeleted ? [] : [.passwordChanged])
                if isDeleted {
                    try requireEqual(try await stores.accounts.user(id: race.user.id), nil, "the account")
                    for number in 0..<2 {
                        try requireEqual(try await race.standing(number), nil, "no session \(number)")
                    }
                } else {
                    try await race.requireAccount("new", lives: [])
                }
                try await race.requireVoid([.reset: reset, .verification: other])
            }
        },
        Case("of two accounts that change to one address at once one gets it, and the other keeps its link") { stores in
            for round in 0..<LinkRace.rounds {
                let races = [try await LinkRace(stores, round, "a"), try await LinkRace(stores, round, "b")]
                // The same login, spelled in two ways.
                let addresses = ["new\(round)@example.com", "NEW\(round)@example.com"]
                let links = [
                    try await races[0].link(.changeConfirm, to: addresses[0], session: 0),
                    try await races[1].link(.changeConfirm, to: addresses[1], session: 0),
                ]
                async let first = races[0].change(by: links[0])
                async let second = races[1].change(by: links[1])
                let outcomes = try await [first, second]
                guard let winner = outcomes.firstIndex(where: { $0 != .emailTaken }) else {
                    throw ConformanceFailure(description: "round \(round): nobody got it")
                }
                let loser = 1 - winner
                try requireEqual(outcomes[loser], .emailTaken, "round \(round)")
                try await races[winner].requireEffects([.emailChanged], notices: [.changeNotice])
                try await races[winner].requireAccount("encoded", at: addresses[winner], lives: [0])
                try await races[loser].requireEffects([], notices: [])
                try await races[loser].requireAccount("encoded", isVerified: false, lives: [0, 1])
                try await races[winner].requireVoid([.change: links[winner]])
                try requireEqual(try await races[loser].change(by: links[loser]), .emailTaken, "still taken")
                _ = try await stores.accounts.delete(id: races[winner].user.id, at: Stores.start)
                guard case .done = try await races[loser].change(by: links[loser]) else {
                    throw ConformanceFailure(description: "the link works once the address is free")
                }
                _ = try await stores.accounts.delete(id: races[loser].user.id, at: Stores.start)
            }
        },
        Case("of two changes of one account at once one takes place") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let addresses = ["one\(round)@example.com", "two\(round)@example.com"]
                let links = [
                    try await race.link(.changeConfirm, to: addresses[0], session: 0),
                    try await race.link(.changeConfirm, to: addresses[1], session: 1),
                ]
                async let first = race.change(by: links[0])
                async let second = race.change(by: links[1])
                let outcomes = try await [first, second]
                guard let winner = outcomes.firstIndex(where: { $0 != .invalid }) else {
                    throw ConformanceFailure(description: "round \(round): none took place")
                }
                try requireEqual(outcomes[1 - winner], .invalid, "round \(round)")
                try await race.requireEffects([.emailChanged], notices: [.changeNotice])
                try await race.requireAccount("encoded", at: addresses[winner], lives: [winner])
                for link in links { try await race.requireVoid([.change: link]) }
            }
        },
        Case("an address is proven once by two links at once") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let links = [try await race.link(.verify), try await race.link(.verify)]
                async let first = stores.links.verify(links[0], in: race.context)
                async let second = stores.links.verify(links[1], in: race.context)
                let outcomes = try await [first, second]
                try require(!outcomes.contains(.invalid), "round \(round): each link works")
                try await race.requireEffects([.emailVerified], notices: [])
                try await race.requireAccount("encoded", lives: [0, 1])
            }
        },
        Case("an address that is spelt anew while it is proven stays proven") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let verification = try await race.link(.verify)
                let spelt = "OWNER\(round)@example.com"
                let change = ProfileChange(email: try stores.address(spelt), proof: .authority)
                async let first = stores.links.verify(verification, in: race.context)
                async let second = stores.accounts.update(id: race.user.id, with: change, in: race.context)
                let (outcome, update) = try await (first, second)
                try require(outcome != .invalid, "round \(round): proven")
                guard case .updated = update else {
                    throw ConformanceFailure(description: "round \(round): \(update)")
                }
                try await race.requireEffects([.emailVerified, .profileChanged], notices: [])
                try await race.requireAccount("encoded", at: spelt, lives: [0, 1])
            }
        },
        Case("a login by a link takes an account over unless its address is proven at the same moment") { stores in
            for round in 0..<LinkRace.rounds {
                let race = try await LinkRace(stores, round)
                let (login, verification) = (try await race.link(.login), try await race.link(.verify))
                async let first = race.open(2, .link(login))
                async let second = stores.links.verify(verification, in: race.context)
                let (opening, outcome) = try await (first, second)
                try require(opening != .userChanged, "round \(round): logged in")
                let isProvenBefore = outcome != .invalid
                try await race.requireEffects([.emailVerified, .loggedIn], notices: [])
                for number in 0..<2 {
                    try requireEqual(try await race.isLive(number), isProvenBefore, "session \(number)")
                }
                try require(try await race.isLive(2), "the new session")
                let isPasswordKept = try await race.open(3, .password(verified: "encoded")) != .userChanged
                try requireEqual(isPasswordKept, isProvenBefore, "round \(round): the password")
            }
        },
    ]
}

/// An account of one round, with two sessions, whose links are used at the same moment.
private struct LinkRace {
    static let rounds = 20

    let stores: Stores
    let user: User
    let context = RequestContext.test(at: Stores.start)
    private let firstSession: Int
    private let entries: Int

    init(_ stores: Stores, _ round: Int, _ name: String = "owner") async throws {
        self.stores = stores
        user = try await stores.makeUser("\(name)\(round)@example.com")
        firstSession = 10 * Int(clamping: user.id)
        for number in 0..<2 { try await stores.open(firstSession + number, for: user) }
        entries = try await Self.events(of: user, in: stores).count
    }

    private static func events(of user: User, in stores: Stores) async throws -> [AuditEvent] {
        try await stores.audit.entries(AuditQuery(user: user.id, limit: 1_000), in: .test()).map(\.event)
    }

    /// A live link of the account.
    /// - Parameters:
    ///   - address: nil for the address of the account.
    ///   - session: the session that asks for it.
    func link(_ kind: MailKind, to address: String? = nil, session: Int? = nil) async throws -> OneTimeDigest {
        try await stores.deliver(
            stores.mail(
                kind, to: address ?? user.email, user: user.id,
                session: session.map { stores.session(firstSession + $0) })
        ).digest
    }

    func reset(by link: OneTimeDigest) async throws -> LinkOutcome {
        try await stores.links.resetPassword(link, to: "new", notice: stores.notice(.passwordChanged), in: context)
    }

    func change(by link: OneTimeDigest) async throws -> LinkOutcome {
        try await stores.links.change(link, notice: stores.notice(.changeNotice), in: context)
    }

    func open(_ number: Int, _ proof: AuthenticationProof) async throws -> SessionOpening {
        let session = NewSession(
            stores.authenticated(firstSession + number, user.id), proof: proof,
            refreshToken: stores.digest(firstSession + number),
            expiry: Stores.lifetimes.expiry(sessionStartedAt: Stores.start, now: Stores.start))
        return try await stores.sessions.open(session, in: context)
    }

    func standing(_ number: Int) async throws -> SessionStatus? {
        try await stores.sessions.standing(session: stores.session(firstSession + number), user: user.id)
    }

    func isLive(_ number: Int) async throws -> Bool {
        try await stores.isLive(firstSession + number, user: user)
    }

    /// Requires that exactly these entries were written since the start, in any order, and exactly these messages wait,
    /// which are then sent.
    func requireEffects(_ events: [AuditEvent], notices: [MailKind]) async throws {
        let all = try await Self.events(of: user, in: stores)
        try requireEqual(
            all.prefix(all.count - entries).map(\.rawValue).sorted(), events.map(\.rawValue).sorted(),
            "the entries of \(user.email)")
        try requireEqual(try await stores.waitingMail(), notices, "the messages of \(user.email)")
        for _ in notices { _ = try await stores.deliverNext() }
    }

    /// Requires the state of the account and of the two sessions from before.
    /// - Parameter lives: the numbers of the sessions that must be live.
    func requireAccount(
        _ password: String, at email: String? = nil, isVerified: Bool = true, lives: Set<Int>
    ) async throws {
        let record = try await stores.accounts.credential(email: try stores.address(email ?? user.email))
        try requireEqual(record?.user.id, user.id, "the owner of \(email ?? user.email)")
        try requireEqual(record?.user.email, email ?? user.email, "the address")
        let found = try await stores.accounts.user(id: user.id)
        try requireEqual(found?.isEmailVerified, isVerified, "the proof of \(user.email)")
        try requireEqual(record?.encodedPassword, password, "the password of \(user.email)")
        for number in 0..<2 {
            try requireEqual(try await isLive(number), lives.contains(number), "session \(number) of \(user.email)")
        }
    }

    func requireVoid(_ links: [LinkPurpose: OneTimeDigest]) async throws {
        for (purpose, link) in links {
            try requireEqual(try await stores.links.find([purpose: link], in: context), nil, "the link \(purpose)")
        }
    }
}
