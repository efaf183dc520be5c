// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Keys that wait for their time, by a clock that is moved. A server looks after its keys every 15 seconds.
    @Suite struct KeyWaiting {
        @Test("a verifier that lacks a new key holds it back, and is named")
        func verifiers() throws {
            let clock = try FakeClock()
            let site = try KeySite(environment: try clock.environment)
            let (client, server) = (site.clients[0], site.servers[0])
            let (email, _) = try client.newSession()
            let agent = [("User-Agent", "a verifier")]
            #expect(try client.publicKeyDocument(agent).status == 200)
            let fetching: String? = try waitUntil(30, every: 200_000) {
                let text = try site.value("SELECT name FROM ostiary_verifier WHERE kind = 'fetches'")
                return text.isEmpty ? nil : text
            }
            let name = try #require(fetching)
            let added = try site.command(["verifiers", "add", "haproxy", "--pinned", "--json"])
            #expect(try Document(added)["added"] == "haproxy")
            let again = try site.tryCommand(["verifiers", "add", "haproxy", "--pinned"])
            #expect(again.exit == .code(1) && again.stderr.contains("ostiary verifiers list"), "\(again)")
            #expect(try site.tryCommand(["verifiers", "add", ".x", "--pinned"]).exit == .code(64))
            try site.set("JWKS_MAX_AGE", "40")
            let id = try site.rotate()

            try clock.set(45)
            let waits: Bool? = waitUntil(60) { server.output.contains("a new key waits for verifiers") ? true : nil }
            #expect(waits == true)
            let line = server.output.split(separator: "\n").first { $0.contains("a new key waits for verifiers") } ?? ""
            #expect(line.contains(id) && line.contains("\(name), haproxy"), "\(line)")
            #expect(try AccessToken(client.tokens(email).access).headerMember("kid") == nil)

            #expect(try client.publicKeyDocument(agent).status == 200)
            let confirmed = try site.command(["verifiers", "confirm", "haproxy", "--kid", id, "--json"])
            #expect(try Document(confirmed)["confirmed"] == id)
            let signs: Bool? = try waitUntil(60) {
                try AccessToken(client.tokens(email).access).headerMember("kid") == id ? true : nil
            }
            #expect(signs == true)
            #expect(!server.output.contains("although verifiers lack it"))
            let listed = try site.command(["verifiers", "list"])
            #expect(listed.contains("haproxy") && listed.contains(name) && listed.contains(id), "\(listed)")
            #expect(try Document(site.command(["verifiers", "forget", "haproxy", "--json"]))["forgotten"] == "haproxy")
            #expect(try !site.command(["verifiers", "list"]).contains("haproxy"))
            #expect(site.terminate())
        }

        @Test(
            "a key is replaced after KEY_ROTATION_DAYS by one of two servers, and signs after 30 seconds at the least")
        func rotation() throws {
            let clock = try FakeClock()
            let site = try KeySite(.postgres, 2, environment: try clock.environment)
            let first = try site.rotate(now: true)
            try site.set("JWKS_MAX_AGE", "0")
            try site.set("KEY_ROTATION_DAYS", "1")
            let day = 86_460
            try clock.set(day)
            let published: String? = try waitUntil(60, every: 200_000) {
                try site.states().first { $0.value == "published" }?.key
            }
            let second = try #require(published)
            // No turn may let it sign before.
            #expect(try site.states() == [first: "signing", second: "published"])
            try clock.set(day + 35)
            let signs: Bool? = try waitUntil(60, every: 200_000) {
                try site.states() == [first: "retired", second: "signing"] ? true : nil
            }
            #expect(signs == true)
            // Each server has had its turn meanwhile.
            let made = try site.value("SELECT count(*)::text FROM ostiary_audit WHERE event = 'key_published'")
            #expect(made == "2", "the operator's, and one of both servers")
            #expect(site.terminate())
        }
    }
}
