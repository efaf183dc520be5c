// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The feed of revocations, over the wire.
    @Suite struct Feed {
        @Test("answers clients with the right alone, and tells what is wrong with a question")
        func contract() throws {
            let site = try KeySite()
            let client = site.clients[0]
            let (feed, other) = (try site.addClient(), try site.addClient("other", may: "introspect"))
            #expect(try client.pollFeed("", as: feed).status == 404)
            let id = try site.rotate(now: true)
            _ = try client.feed(as: feed)

            #expect(try client.exchange(WireRequest("GET", "/api/revocations/")).status == 401)
            #expect(try client.pollFeed("", as: ServiceClient(id: feed.id, secret: other.secret)).status == 401)
            #expect(try client.pollFeed("", as: other).status == 403)
            let answer = try client.pollFeed("?wait=0", as: feed)
            #expect(answer.status == 200 && answer.values("Content-Type") == ["application/jwt"])
            #expect(answer.values("Cache-Control") == ["no-store"])
            let page = try FeedPage(answer.text)
            #expect(page.isComplete && !page.hasMore && page.sessions.isEmpty && page.signer == id)
            for query in [
                "?after=x", "?after=", "?after=\(page.cursor)A", "?after=\(String(repeating: "W", count: 5_000))",
                "?after=%00", "?after=%ff", "?after=a&after=b", "?wait=31", "?wait=-1", "?wait=x",
                "?wait=99999999999999999999", "?instance=a%20b", "?instance=\(String(repeating: "a", count: 65))",
                "?keys=\(String(repeating: "a", count: 101))",
            ] {
                let answer = try client.pollFeed(query, as: feed)
                #expect(
                    answer.status == 400 && answer.text.contains(#""error":"invalid_request""#), "\(query): \(answer)")
            }
            let json = try client.exchange(
                WireRequest("GET", "/api/revocations/", [feed.authorization, ("Accept", "application/json")]))
            #expect(json.status == 406)
            #expect(site.terminate())
        }

        @Test("tells a listener at another server of each end", arguments: KeySite.Database.allCases)
        func ends(_ database: KeySite.Database) throws {
            let site = try KeySite(database, 2)
            let feed = try site.addClient()
            let id = try site.rotate(now: true)
            try site.waitForKeys([id])
            let (here, there) = (site.clients[0], site.clients[1])
            var cursor = try there.feed(as: feed).cursor
            /// Waits at the other server until an entry has come.
            func next(_ found: (FeedPage) throws -> Bool) throws {
                for _ in 0..<5 {
                    let page = try there.feed(after: cursor, wait: 30, as: feed)
                    cursor = page.cursor
                    if try found(page) { return }
                }
                Issue.record("the entry has not come")
            }
            let (email, first) = try here.newSession()
            let (second, third) = (try here.tokens(email), try here.tokens(email))
            #expect(try here.logout(first.refresh).status == 200)
            try next { try $0.sessions.contains(first.session) }
            // A spent token that is presented again ends its session.
            _ = try here.refresh(second.refresh)
            #expect(try here.refresh(second.refresh).status == 400)
            try next { try $0.sessions.contains(second.session) }
            try site.command(["users", "deactivate", email])
            try next { try $0.users.count == 1 && $0.sessions.contains(third.session) }
            let (other, _) = try here.newSession()
            try site.command(["users", "delete", other, "--yes"])
            try next { $0.users.count == 1 }
            try site.command(["keys", "revoke", id, "--replace", "--yes"])
            try next { $0.keys == [id] }
            let whole = try there.feed(as: feed)
            #expect(whole.isComplete && whole.sessions.count == 3 && whole.users.count == 2 && whole.keys == [id])
            #expect(site.terminate())
        }

        @Test("begins anew after a database was restored, and loses nothing by a restart")
        func restored() throws {
            let site = try KeySite()
            let feed = try site.addClient()
            let id = try site.rotate(now: true)
            try site.waitForKeys([id])
            let client = site.clients[0]
            let (email, first) = try client.newSession()
            let second = try client.tokens(email)
            #expect(try client.logout(first.refresh).status == 200)
            let before = try client.feed(as: feed)
            let copy = try TemporaryDirectory()
            try site.command(["backup", copy.file("copy.sqlite3")])
            #expect(try client.logout(second.refresh).status == 200)
            let after = try client.feed(after: before.cursor, as: feed)
            #expect(try after.sessions == [second.session] && !after.isComplete)

            let restored = try ServerProcess(["--database-url", "sqlite:\(copy.file("copy.sqlite3"))"])
            let there = WireClient(port: restored.port)
            #expect(try !there.feed(after: before.cursor, as: feed).isComplete)
            let anew = try there.feed(after: after.cursor, as: feed)
            #expect(try anew.isComplete && anew.sessions == [first.session])
            #expect(restored.terminate() == .code(0))
            #expect(site.terminate())
        }

        @Test("counts as a verifier, which holds back a key that it lacks")
        func verifier() throws {
            let clock = try FakeClock()
            let site = try KeySite(environment: try clock.environment)
            let feed = try site.addClient()
            let first = try site.rotate(now: true)
            try site.waitForKeys([first])
            let (client, server) = (site.clients[0], site.servers[0])
            try site.set("JWKS_MAX_AGE", "40")
            func tag() throws -> String {
                let tag = try client.publicKeyDocument([("User-Agent", "verifier")]).values("ETag")
                return String(tag[0].dropFirst().dropLast())
            }
            let old = try tag()
            let id = try site.rotate()
            try site.waitForKeys([first, id])
            let new = try tag()
            _ = try client.feed("&instance=api-1&keys=\(old)", as: feed)
            let isNoted: Bool? = try waitUntil(30, every: 200_000) {
                try site.value("SELECT name FROM ostiary_verifier WHERE kind = 'polls'") == "api/api-1" ? true : nil
            }
            #expect(isNoted == true)
            try clock.set(45)
            let waits: Bool? = waitUntil(60) { server.output.contains("a new key waits for verifiers") ? true : nil }
            #expect(waits == true)
            let line = server.output.split(separator: "\n").first { $0.contains("a new key waits for verifiers") } ?? ""
            #expect(line.contains("api/api-1"), "\(line)")
            let signs: Bool? = try waitUntil(60) {
                _ = try client.feed("&instance=api-1&keys=%22\(new)%22", as: feed)
                return try site.states()[id] == "signing" ? true : nil
            }
            #expect(signs == true)
            #expect(!server.output.contains("although verifiers lack it"))
            #expect(site.terminate())
        }

        @Test("is there from the first public key on, which does not sign yet, until the last one is gone")
        func firstAndLastKey() throws {
            let site = try KeySite()
            let feed = try site.addClient()
            let client = site.clients[0]
            #expect(try client.pollFeed("", as: feed).status == 404)
            let id = try site.rotate()
            try site.waitForKeys([id])
            #expect(try AccessToken(client.newSession().tokens.access).header.contains("HS256"))
            let page = try client.feed(as: feed)
            #expect(page.signer == id && page.isComplete)
            try site.command(["keys", "sign", id, "--yes"])
            let next = try site.rotate("EdDSA", now: true)
            try site.waitForKeys([next, id])
            try site.command(["keys", "revoke", next, "--yes"])
            try site.waitForKeys([id])
            let after = try client.feed(after: page.cursor, as: feed)
            #expect(after.signer == id && after.keys == [next], "a key that is retired signs the feed")
            try site.command(["keys", "revoke", id, "--yes"])
            try site.waitForKeys([])
            #expect(try client.pollFeed("?after=\(after.cursor)", as: feed).status == 404)
            #expect(site.terminate())
        }

        @Test("ends the waits of listeners when the server ends")
        func shutdown() async throws {
            let site = try KeySite()
            let feed = try site.addClient()
            try site.waitForKeys([try site.rotate(now: true)])
            let client = site.clients[0]
            let cursor = try client.feed(as: feed).cursor
            let start = ContinuousClock.now
            let waiting = Task.detached { try client.feed(after: cursor, wait: 30, as: feed) }
            try await Task.sleep(for: .milliseconds(500))
            #expect(site.terminate())
            #expect(try await waiting.value.cursor == cursor)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }
}
