// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import OstiaryVerifierTestSupport

extension KeySite {
    /// Servers whose tokens are for `notes` and signed by a public key.
    /// - Returns: the address of an account, too.
    static func forVerifiers(_ database: Database, _ count: Int) throws -> (site: KeySite, email: String) {
        let site = try KeySite(database, count, ["--public-url", JudgePanel.issuer])
        try site.set("TOKEN_AUDIENCE", "notes")
        let id = try site.rotate(now: true)
        try site.waitForKeys([id])
        let email = try site.clients[0].newSession().email
        for client in site.clients {
            let isReady: Bool? = try waitUntil(30) {
                let token = try AccessToken(client.tokens(email).access)
                return token.headerMember("kid") == id && token.payload.contains(#""notes""#) ? true : nil
            }
            guard isReady == true else { throw Failure("no token for notes") }
        }
        return (site, email)
    }
}

/// The verifiers in three languages, which follow the feed of one server.
struct JudgePanel {
    static let issuer = "https://id.example.com"

    struct Member: Sendable {
        let name: String
        let isOpen: Bool
        let judge: any Judge

        /// The verdicts other than `refused` on these tokens.
        func verdictsOtherThanRefused(on tokens: [String]) async throws -> Set<String> {
            var others: Set<String> = []
            for token in tokens {
                let verdict = try await judge.judge(token)
                if !verdict.hasPrefix("refused ") { others.insert(verdict) }
            }
            return others
        }
    }

    let members: [Member]

    /// - Parameters:
    ///   - site: whose first server is followed.
    ///   - name: of the client that reads the feed.
    ///   - silence: seconds without a page after which the feed counts as silent.
    ///   - open: true for one that accepts then, for each that is wanted in each language.
    ///   - seconds: the time for which the start waits for the feed.
    init(
        _ site: KeySite, as name: String = "notes", silence: Double = 90, open: [Bool] = [false],
        waiting seconds: Double = 20
    ) async throws {
        let client = try site.addClient(name, may: "feed")
        var members: [Member] = []
        for language in Language.allCases {
            for isOpen in open {
                var configuration = JudgeConfiguration(issuer: Self.issuer, isOpen: isOpen, startTimeout: seconds)
                configuration.server = "http://127.0.0.1:\(site.servers[0].port)"
                (configuration.clientID, configuration.secret) = (client.id, client.secret)
                configuration.silence = silence
                let name = "\(language.rawValue), \(isOpen ? "open" : "closed")"
                configuration.instance = name
                members.append(
                    Member(name: name, isOpen: isOpen, judge: try await language.start(configuration)))
            }
        }
        self.members = members
    }

    /// Waits until each verifier fulfils a condition; throws with the names of those that do not in time.
    /// - Parameter isOpen: nil for all verifiers.
    /// - Returns: the seconds until the last one did.
    @discardableResult
    func wait(
        _ limit: Double, until name: String, isOpen: Bool? = nil, _ condition: (Member) async throws -> Bool
    ) async throws -> Double {
        let start = ContinuousClock.now
        var waiting = members.filter { isOpen == nil || $0.isOpen == isOpen }
        while true {
            for (index, member) in waiting.enumerated().reversed() where try await condition(member) {
                waiting.remove(at: index)
            }
            if waiting.isEmpty { return seconds(since: start) }
            guard seconds(since: start) < limit else { throw Failure("not \(name): \(waiting.map(\.name))") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The same for a verdict on a token.
    @discardableResult
    func wait(_ limit: Double, until verdict: String, isOpen: Bool? = nil, on token: String) async throws -> Double {
        try await wait(limit, until: verdict, isOpen: isOpen) { try await $0.judge.judge(token) == verdict }
    }
}

extension AccessToken {
    /// The verdict of a verifier that accepts the token.
    var accepted: String {
        get throws {
            guard let subject = try Document(payload)["sub"] else { throw Failure("no subject") }
            return "ok \(subject)"
        }
    }
}
