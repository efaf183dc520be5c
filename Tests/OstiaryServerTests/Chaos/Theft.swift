// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// An owner and a thief who has copied the storage once, both behind the proxies; each is patient and sends the newest
/// pair it has until it is answered.
struct Theft {
    enum Strategy: String, CaseIterable {
        /// Sends what was copied, and then each successor with a key of its own.
        case usesSuccessors
        /// The same, but the copied token already with a key of its own.
        case usesTokenWithOwnKey
        case sendsNoKey
        /// Sends nothing but what was copied.
        case repeats
    }

    enum Outcome: Equatable {
        case noticed
        case harmless
        case failed(String)
    }

    let run: ChaosRun
    let strategy: Strategy
    private let clients: [WireClient]
    private var generator: SeededGenerator
    private var owner: TokenAndKey
    private var accessTokens: [String] = []

    init(_ run: ChaosRun, _ strategy: Strategy, tokens: Tokens, seed: UInt64) {
        (self.run, self.strategy) = (run, strategy)
        clients = run.clients()
        generator = SeededGenerator(seed: seed)
        owner = TokenAndKey(tokens.refresh)
    }

    mutating func outcome() throws -> Outcome {
        for _ in 0..<generator.below(3) {
            guard try ownerRefreshes() else { return .failed("the owner was refused before the theft") }
        }
        return strategy == .repeats ? try repeating() : try using()
    }

    /// A thief who goes on from what was copied has to be noticed by the second answer that the owner gets after that.
    private mutating func using() throws -> Outcome {
        var thief = owner
        var presentsCopy = true
        if generator.chance(3) {
            // Copied late: the owner has already gone on, and the copied token is spent.
            guard try ownerRefreshes() else { return .failed("the owner was refused before the thief came") }
        }
        var answeredToOwner: Int?
        while true {
            if answeredToOwner == nil || generator.chance(2) {
                let isCopy = presentsCopy
                presentsCopy = false
                let key: String? =
                    switch strategy {
                    case .usesSuccessors, .repeats: thief.key
                    case .usesTokenWithOwnKey: isCopy ? TokenAndKey.freshKey() : thief.key
                    case .sendsNoKey: nil
                    }
                let answer = try answered(thief.token, key: key)
                guard let tokens = try? Tokens(answer) else { return try ended(after: thief, answeredToOwner) }
                accessTokens.append(tokens.access)
                thief = TokenAndKey(tokens.refresh)
                // The copy with its own key is only a repetition: what comes back is the owner's own successor.
                if answeredToOwner == nil, !(isCopy && strategy == .usesSuccessors) { answeredToOwner = 0 }
            } else {
                let isAnswered = try ownerRefreshes()
                let count = (answeredToOwner ?? 0) + 1
                answeredToOwner = count
                if !isAnswered { return try ended(after: thief, count) }
                if count >= 2 { return .failed("not noticed by the owner's second answer") }
            }
        }
    }

    /// A thief who only repeats gets nothing new after the second answer that the owner gets after the copy, and ends
    /// nothing.
    private mutating func repeating() throws -> Outcome {
        let copy = owner
        if generator.chance(2) { _ = try answered(copy.token, key: copy.key) }
        for _ in 0..<2 {
            guard try ownerRefreshes() else { return .failed("a repetition logged the owner out") }
        }
        let first = try Tokens(answered(copy.token, key: copy.key))
        // A fresh access token would expire later than the one before.
        pause(1.1)
        let second = try Tokens(answered(copy.token, key: copy.key))
        guard second.refresh == first.refresh else { return .failed("a repetition brought a new refresh token") }
        guard try AccessToken(second.access)["exp"] == AccessToken(first.access)["exp"] else {
            return .failed("a repetition brought a longer life")
        }
        guard try ownerRefreshes() else { return .failed("a repetition logged the owner out") }
        return .harmless
    }

    /// Whether the session is dead for everybody, on all servers.
    private func ended(after thief: TokenAndKey, _ answers: Int?) throws -> Outcome {
        guard try !answered(thief.token, key: thief.key).isSuccess, try !answered(owner.token, key: owner.key).isSuccess
        else { return .failed("a refresh was answered after the session's end") }
        for server in run.servers {
            let refused: Bool? = waitUntil(10) {
                let statuses = accessTokens.map { try? WireClient(port: server.port).me($0).status }
                return statuses.allSatisfy { $0 == 401 } ? true : nil
            }
            if refused != true { return .failed("an access token outlived the session") }
        }
        return .noticed
    }

    /// - Returns: false where the owner was refused.
    private mutating func ownerRefreshes() throws -> Bool {
        guard let tokens = try? Tokens(answered(owner.token, key: owner.key)) else { return false }
        owner = TokenAndKey(tokens.refresh)
        return true
    }

    /// The same request until there is an answer to it.
    private func answered(_ token: String, key: String?) throws -> WireAnswer {
        for attempt in 0..<1_000 {
            if let answer = run.refresh(token, key: key, clients[attempt % clients.count]) { return answer }
        }
        throw Failure("no answer in 1,000 tries")
    }
}

extension WireAnswer {
    fileprivate var isSuccess: Bool { status == 200 }
}
