// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A token or key of the model: a number that means nothing but itself.
typealias ModelToken = UInt8
typealias ModelKey = UInt8

extension ModelKey {
    static let none: ModelKey = 0
    /// Two of the thief's own, since one alone would be refused as its parent's.
    static let thieves: [ModelKey] = [61, 62]
    /// A key that nobody can send any more.
    static let forgotten: ModelKey = 60
    static let forgottenThiefs: ModelKey = 59

    var digest: IdempotencyKeyDigest? { self == .none ? nil : Self.digests[Int(self)] }
    private static let digests = (0..<64).map { IdempotencyKeyDigest(bytes: [UInt8($0)]) }
}

typealias Rule = @Sendable (RefreshRule.Presented, RefreshRule.Request) -> RefreshRule.Verdict

/// What a store does is fixed by the rule and these.
struct ModelSettings: Sendable {
    var rule: Rule = { RefreshRule.judge($0, $1) }
    /// A tick of the model is one second.
    var lifetimes = TokenLifetimes(accessToken: 2, refreshToken: 3)
    /// Another server's: a token that is issued for a spent one takes the place of the live one.
    var hasOneLiveToken = false
}

/// One session as the stores keep it. Times are ticks from now, so that equal situations are equal values.
struct ModelStore: Hashable, Sendable {
    struct Row: Hashable, Sendable {
        var token: ModelToken
        var expiresIn: Int16
        var parentKey = ModelKey.none
        var spending: Spending?
    }

    struct Spending: Hashable, Sendable {
        var age: Int16
        var key: ModelKey
        var accessExpiresIn: Int16
        var successor: ModelToken
        var successorExpiresIn: Int16
    }

    enum End: Hashable, Sendable { case logout, replayOfExpired, replay }

    enum Answer: Hashable, Sendable {
        case pair(ModelToken, accessExpiresIn: Int16, isNew: Bool)
        /// - Parameter isOver: the session was logged out or its last token had expired.
        case refused(isOver: Bool)
        case reusedKey
    }

    var rows: [Row]
    var end: End?
    /// From the login; stands at 0 where the session has no end of its own.
    var age: Int16 = 0

    init(_ settings: ModelSettings) {
        rows = [
            Row(
                token: 1,
                expiresIn: Self.ticks(
                    settings.lifetimes.expiry(sessionStartedAt: Self.now, now: Self.now)
                        .refreshToken))
        ]
    }

    static let now = Timestamp(seconds: 1_000_000)
    static func ticks(_ time: Timestamp) -> Int16 { Int16(time.seconds - now.seconds) }
    static func time(_ ticks: Int16) -> Timestamp { now.adding(seconds: Int(ticks)) }

    func index(_ token: ModelToken) -> Int? { rows.firstIndex { $0.token == token } }

    func isSpent(_ token: ModelToken) -> Bool { index(token).map { rows[$0].spending != nil } ?? true }

    /// How many tokens of the session are live, expired or not.
    var liveTokens: Int { rows.count { $0.spending == nil } }

    func isOver(lag: Int16) -> Bool {
        switch end {
        case .logout, .replayOfExpired: true
        case .replay: false
        case nil: !rows.contains { $0.spending == nil && $0.expiresIn > -lag }
        }
    }

    /// One transaction: look, judge, act on the verdict.
    /// - Parameter lag: by how much the clock of the node that answers is behind.
    mutating func present(_ token: ModelToken, key: ModelKey, lag: Int16, _ settings: ModelSettings) -> Answer {
        guard let index = index(token) else { return .refused(isOver: isOver(lag: lag)) }
        let row = rows[index]
        let request = RefreshRule.Request(key: key.digest, lifetimes: settings.lifetimes, now: Self.time(-lag))
        let presented = RefreshRule.Presented(
            spending: row.spending.map { spending($0) }, expiresAt: Self.time(row.expiresIn),
            parentKey: row.parentKey.digest, sessionStartedAt: Self.time(-age),
            sessionEndedAt: end.map { _ in Self.now }, isUserActive: true
        )
        switch settings.rule(presented, request) {
        case .refuse: return .refused(isOver: isOver(lag: lag))
        case .reusedKey: return .reusedKey
        // Nobody is throttled here: the token would stay as it is, and the same request be sent again.
        case .throttle: return .refused(isOver: false)
        case .replay:
            end = isOver(lag: lag) ? .replayOfExpired : .replay
            return .refused(isOver: end == .replayOfExpired)
        case .repeat(let accessExpiresAt):
            guard let spending = row.spending else { return .refused(isOver: false) }
            return .pair(spending.successor, accessExpiresIn: Self.ticks(accessExpiresAt), isNew: false)
        case .rotate(let expiry):
            return rotate(index, key: key, lag: lag, expiry, settings)
        }
    }

    private mutating func rotate(
        _ index: Int, key: ModelKey, lag: Int16, _ expiry: TokenExpiry, _ settings: ModelSettings
    ) -> Answer {
        let successor = (rows.map(\.token).max() ?? 0) + 1
        let expiresIn = Self.ticks(expiry.refreshToken)
        let access = Self.ticks(expiry.accessToken)
        let earlier = rows[index].spending
        rows[index].spending = Spending(
            // Other servers issue again for a spent token; what they count from is its first use.
            age: earlier?.age ?? lag, key: key, accessExpiresIn: access, successor: successor,
            successorExpiresIn: expiresIn
        )
        if settings.hasOneLiveToken, earlier != nil {
            for live in rows.indices where rows[live].spending == nil {
                rows[live].spending = Spending(
                    age: .max, key: .none, accessExpiresIn: access, successor: successor, successorExpiresIn: expiresIn)
            }
        }
        rows.append(Row(token: successor, expiresIn: expiresIn, parentKey: key))
        return .pair(successor, accessExpiresIn: access, isNew: true)
    }

    private func spending(_ spending: Spending) -> RefreshRule.Spending {
        RefreshRule.Spending(
            at: Self.time(-spending.age), key: spending.key.digest,
            accessExpiresAt: Self.time(spending.accessExpiresIn),
            successor: RefreshRule.Successor(
                isSpent: isSpent(spending.successor), expiresAt: Self.time(spending.successorExpiresIn))
        )
    }

    mutating func tick(_ ticks: Int16, _ settings: ModelSettings) {
        func later(_ time: Int16) -> Int16 { max(time - ticks, -1) }
        // Beyond these ends no comparison of the rule changes any more.
        let oldest = Int16(settings.lifetimes.reuseInterval) + 2
        for index in rows.indices {
            rows[index].expiresIn = later(rows[index].expiresIn)
            guard var spending = rows[index].spending else { continue }
            spending.age = spending.age == .max ? .max : min(spending.age + ticks, oldest)
            spending.accessExpiresIn = later(spending.accessExpiresIn)
            spending.successorExpiresIn = later(spending.successorExpiresIn)
            rows[index].spending = spending
        }
        if let session = settings.lifetimes.session { age = min(age + ticks, Int16(session) + 2) }
    }

    /// What `deleteExpired` deletes: tokens whose successor can be presented no more.
    mutating func purge() {
        rows.removeAll { row in row.spending.map { $0.successorExpiresIn < 0 && $0.accessExpiresIn < 0 } ?? false }
    }
}
