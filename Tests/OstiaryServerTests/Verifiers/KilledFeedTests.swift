// SPDX-License-Identifier: Apache-2.0

import Glibc
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
            let (client, server) = (site.clients[0], site.servers[0])
            let panel = try await JudgePanel(site, silence: Self.silence, open: [false, true])
            let live = try client.tokens(email).access
            let accepted = try AccessToken(live).accepted
            let ender = try SessionEnder(site.servers.map(\.port), email)
            for round in 1...TestScale.count(1) {
                let single = try client.tokens(email)
                let (other, whole) = try client.newSession()
                try await ender.wait(for: 5)
                try await panel.wait(5, until: accepted, on: live)

                server.kill()
                let start = ContinuousClock.now
                // An operator ends these while no server is there that tells of it on the feed.
                try site.command(["sessions", "end", single.session])
                try site.command(["users", "deactivate", other])
                if database == .postgres { try await ender.wait(for: 10) }
                let before = ender.ended + [single.access, whole.access]
                try await panel.wait(Self.silence + 5, until: "unavailable silent", isOpen: false, on: live)
                let delay = seconds(since: start)
                figure("\(database): closed verifiers are silent after a kill", seconds: delay)
                #expect(delay < Self.silence + 1.5)
                try await panel.wait(2, until: "silent", isOpen: true) { try await !$0.judge.isFresh }
                for member in panel.members {
                    let verdict = try await member.judge.judge(live)
                    #expect(verdict == (member.isOpen ? accepted : "unavailable silent"), "\(member.name)")
                    guard !member.isOpen else { continue }
                    let others = try await member.verdictsOtherThanRefused(on: before)
                    #expect(others.isSubset(of: ["unavailable silent"]), "round \(round), \(member.name)")
                }

                try server.start()
                // As soon as a verifier has heard the feed again, it knows all that ended before.
                let late = try await panel.wait(Self.longestPause, until: "heard") { member in
                    guard try await member.judge.isFresh else { return false }
                    let others = try await member.verdictsOtherThanRefused(on: before)
                    #expect(others.isEmpty, "round \(round), \(member.name)")
                    #expect(try await member.judge.judge(live) == accepted, "\(member.name)")
                    return true
                }
                figure("\(database): all verifiers have caught up with a server that is back", seconds: late)
            }
            try await ender.wait(for: 5)
            let ended = ender.ended
            try await panel.wait(2, until: "refused session_ended", on: #require(ended.last))
            for member in panel.members {
                let others = try await member.verdictsOtherThanRefused(on: ended)
                #expect(others.isEmpty, "\(member.name)")
            }
            figure("\(database): sessions ended around a kill, refused by \(panel.members.count)", ended.count)
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
                try await panel.wait(5, until: AccessToken(tokens.access).accepted, on: tokens.access)
                #expect(try client.logout(tokens.refresh).status == 200)
                site.servers[1].send(signal: SIGKILL)
                delays.add(try await panel.wait(20, until: "refused session_ended", on: tokens.access))
                site.servers[1].kill()
                try site.servers[1].start()
            }
            figure("ended session refused by all, its server killed, longest of \(count)", seconds: delays.max)
            #expect(delays.max < 1)
            #expect(site.terminate())
        }
    }
}
