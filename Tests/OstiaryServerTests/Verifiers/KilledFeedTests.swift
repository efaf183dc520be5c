// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Testing

extension EndToEnd.Alone {
    /// Servers are killed while verifiers in three languages follow the feed, and sessions end all the time.
    @Suite struct KilledFeeds {
        private static let silence = 3.0
        /// The longest pause of a verifier between two tries, and time for the try.
        private static let longestPause = 12.0

        @Test(
            "nothing that has ended is accepted once a killed server is back, and silence closes verifiers meanwhile",
            arguments: KeySite.Database.allCases)
        func killed(_ database: KeySite.Database) async throws {
            let (site, email) = try KeySite.forVerifiers(database, database == .sqlite ? 1 : 3)
            let server = site.servers[0]
            let panel = try await JudgePanel(site, silence: Self.silence, open: [false, true])
            let live = try site.clients[0].tokens(email).access
            let ender = try SessionEnder(site.servers.map(\.port), email)
            for round in 1...TestScale.count(1) {
                // An operator ends these while no server tells of it on the feed that is followed.
                let single = try site.clients[0].tokens(email)
                let (other, whole) = try site.clients[0].newSession()
                try await ender.wait(for: 5)
                let user = try "ok \(Self.subject(live))"
                for member in panel.members { try await member.wait(5, until: user, on: live) }

                server.kill()
                let start = ContinuousClock.now
                try site.command(["sessions", "end", single.session])
                try site.command(["users", "deactivate", other])
                if database == .postgres { try await ender.wait(for: 10) }
                let before = ender.ended + [single.access, whole.access]
                for member in panel.members where !member.isOpen {
                    try await member.wait(Self.silence + 2, until: "unavailable silent", on: live)
                    figure("\(database), \(member.name): silent after a kill", seconds: seconds(since: start))
                    #expect(seconds(since: start) < Self.silence + 2, "\(member.name)")
                    for token in before {
                        #expect(try await !member.judge.judge(token).hasPrefix("ok"), "\(member.name)")
                    }
                }
                for member in panel.members where member.isOpen {
                    try await waitFor(Self.silence + 2, "\(member.name) is not silent") {
                        try await !member.judge.isFresh
                    }
                    #expect(try await member.judge.judge(live) == user, "\(member.name)")
                }

                try server.start()
                let back = ContinuousClock.now
                // As soon as a verifier has heard the feed again, it knows all that ended before.
                var waiting = panel.members
                while !waiting.isEmpty {
                    for (index, member) in waiting.enumerated().reversed() where try await member.judge.isFresh {
                        let others = try await member.verdictsOtherThanRefused(on: before)
                        #expect(
                            others.isEmpty,
                            "round \(round), \(member.name): \(others.count) of \(before.count), \(others)")
                        #expect(try await member.judge.judge(live) == user, "\(member.name)")
                        waiting.remove(at: index)
                    }
                    guard seconds(since: back) < Self.longestPause else {
                        throw Failure("not heard again: \(waiting.map(\.name))")
                    }
                    try await Task.sleep(for: .milliseconds(2))
                }
                figure(
                    "\(database): all verifiers have caught up after the server is back", seconds: seconds(since: back))
            }
            try await ender.wait(for: 5)
            let ended = ender.ended
            for member in panel.members {
                try await member.wait(2, until: "refused session_ended", on: #require(ended.last))
                let others = try await member.verdictsOtherThanRefused(on: ended)
                #expect(others.isEmpty, "\(member.name): \(others.count) of \(ended.count), \(others)")
            }
            figure("\(database): sessions ended around a kill, each refused by \(panel.members.count)", ended.count)
            try ender.stop()
            #expect(site.terminate())
        }

        @Test("an end is heard within a second although the server that acknowledged it is killed at once")
        func acknowledged() async throws {
            let (site, email) = try KeySite.forVerifiers(.postgres, 2)
            let panel = try await JudgePanel(site)
            let count = TestScale.count(3)
            var delays = Distribution()
            for _ in 0..<count {
                let client = site.clients[1]
                let tokens = try client.tokens(email)
                for member in panel.members {
                    try await member.wait(5, until: "ok \(Self.subject(tokens.access))", on: tokens.access)
                }
                #expect(try client.logout(tokens.refresh).status == 200)
                let start = ContinuousClock.now
                site.servers[1].kill()
                for member in panel.members {
                    try await member.wait(5, until: "refused session_ended", on: tokens.access)
                }
                delays.add(seconds(since: start))
                try site.servers[1].start()
            }
            figure("ended session refused by all, its server killed, longest of \(count)", seconds: delays.max)
            #expect(delays.max < 1)
            #expect(site.terminate())
        }

        private static func subject(_ token: String) throws -> String {
            guard let subject = try Document(AccessToken(token).payload)["sub"] else { throw Failure("no subject") }
            return subject
        }
    }
}
