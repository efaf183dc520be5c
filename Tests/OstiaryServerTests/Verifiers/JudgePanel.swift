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

        /// Waits until the verdict on a token is this one; throws when it does not become so in time.
        func wait(_ seconds: Double, until verdict: String, on token: String) async throws {
            var last = ""
            try await waitFor(seconds, "\(name) says \(last) in place of \(verdict)") {
                last = try await judge.judge(token)
                return last == verdict
            }
        }

        /// The verdicts other than `refused` on these tokens.
        func verdictsOtherThanRefused(on tokens: [String]) async throws -> [String] {
            var others: [String] = []
            for token in tokens {
                let verdict = try await judge.judge(token)
                if !verdict.hasPrefix("refused ") { others.append(verdict) }
            }
            return others
        }
    }

    let members: [Member]

    /// - Parameters:
    ///   - site: whose first server is followed.
    ///   - silence: seconds without a page after which the feed counts as silent.
    ///   - open: true for one that accepts then, for each that is wanted in each language.
    init(_ site: KeySite, silence: Double = 90, open: [Bool] = [false]) async throws {
        let client = try site.addClient("notes", may: "feed")
        var members: [Member] = []
        for language in Language.allCases {
            for isOpen in open {
                var configuration = JudgeConfiguration(issuer: Self.issuer, isOpen: isOpen)
                configuration.server = "http://127.0.0.1:\(site.servers[0].port)"
                (configuration.clientID, configuration.secret) = (client.id, client.secret)
                configuration.silence = silence
                let name = "\(language.rawValue), \(isOpen ? "open" : "closed")"
                members.append(
                    Member(name: name, isOpen: isOpen, judge: try await language.start(configuration)))
            }
        }
        self.members = members
    }
}

/// Waits for a condition; throws when it is not met in time.
func waitFor(
    _ seconds: Double, _ complaint: @autoclosure () -> String, _ condition: () async throws -> Bool
) async throws {
    let deadline = Deadline(seconds)
    while try await !condition() {
        guard !deadline.passed else { throw Failure(complaint()) }
        try await Task.sleep(for: .milliseconds(2))
    }
}
