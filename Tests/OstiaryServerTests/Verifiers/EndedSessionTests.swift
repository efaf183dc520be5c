// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Testing

extension EndToEnd.Alone {
    /// Verifiers in three languages beside a real server: no request for a token, and ended sessions within a second.
    @Suite struct EndedSessions {
        private static let issuer = "https://id.example.com"

        @Test(
            "an ended session is refused by verifiers in Swift, Python and node within a second",
            arguments: KeySite.Database.allCases)
        func latency(_ database: KeySite.Database) async throws {
            let site = try KeySite(database, 1, ["--public-url", Self.issuer, "--access-log", "on"])
            let client = site.clients[0]
            // The commands of the guide; the key signs at once here.
            let commands = try Page("docs/guides/protect-your-api.md").blocks("", under: "Tell the server")
            var printed: [String] = []
            for line in commands.joined().split(separator: "\n") {
                let words = line.split(separator: " ").dropFirst().map(String.init)
                let more = ["keys": ["--now", "--yes", "--json"], "clients": ["--json"]][words.first ?? ""] ?? []
                printed.append(try site.command(words + more))
            }
            try #require(printed.count == 4)
            try site.waitForKeys([#require(Document(printed[0])["kid"])])
            let added = try Document(printed[3])
            var configuration = JudgeConfiguration(issuer: Self.issuer)
            configuration.server = "http://127.0.0.1:\(site.servers[0].port)"
            configuration.clientID = try #require(added["client_id"])
            configuration.secret = try #require(added["client_secret"])
            var judges: [any Judge] = []
            for language in Language.allCases { judges.append(try await language.start(configuration)) }
            let count = TestScale.count(200)
            var delays = [Distribution](repeating: Distribution(), count: judges.count)
            let (email, _) = try client.newSession()
            for _ in 0..<count {
                let tokens = try client.tokens(email)
                for judge in judges { #expect(try await judge.judge(tokens.access).hasPrefix("ok ")) }
                #expect(try client.logout(tokens.refresh).status == 200)
                let start = ContinuousClock.now
                for (index, judge) in judges.enumerated() {
                    while try await judge.judge(tokens.access) != "refused session_ended" {
                        guard seconds(since: start) < 20 else { throw Failure("\(Language.allCases[index]) goes on") }
                        try await Task.sleep(for: .milliseconds(2))
                    }
                    delays[index].add(seconds(since: start))
                }
            }
            let asked = site.servers[0].output.split(separator: "\n").count { $0.contains("/.well-known/jwks.json") }
            #expect(asked < 10 * judges.count, "no request for a token, and \(asked) for keys")
            for (language, delay) in zip(Language.allCases, delays) {
                let p99 = delay.quantile(0.99)
                figure("\(database), \(language.rawValue): ended session refused, p99 of \(count)", seconds: p99)
                #expect(p99 < 1)
            }
            #expect(site.terminate())
        }
    }
}
