// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The documents that other programs read.
    @Suite struct KeyDocuments {
        @Test("the public keys: headers, ETag, and nothing private")
        func keys() throws {
            let site = try KeySite()
            let client = site.clients[0]
            let empty = try client.publicKeyDocument()
            #expect(empty.status == 200 && empty.text == #"{"keys":[]}"#)
            let ids = try ["ES256", "RS256", "EdDSA"].map { try site.rotate($0, now: true) }
            try site.waitForKeys([ids[2], ids[1], ids[0]])
            let answer = try client.publicKeyDocument()
            #expect(answer["Cache-Control"] == "public, max-age=300" && answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["Content-Type"] == "application/json")
            for key in try Document(answer.text).array("keys") {
                let members: [String: Set<String>] = [
                    "EC": ["crv", "kty", "x", "y"], "RSA": ["e", "kty", "n"], "OKP": ["crv", "kty", "x"],
                ]
                let own = try #require(members[key["kty"] ?? ""])
                #expect(Set(key.names) == own.union(["use", "alg", "kid"]) && key["use"] == "sig", "\(key.names)")
            }
            let tag = try #require(answer["ETag"])
            #expect(tag.hasPrefix("\"") && tag != empty["ETag"], "strong, and of the content")
            for match in [tag, "\"x\", \(tag)", "W/\(tag)", "*"] {
                let same = try client.publicKeyDocument([("If-None-Match", match)])
                #expect(same.status == 304 && same.body.isEmpty && same["ETag"] == tag, "\(match): \(same)")
                #expect(same["Cache-Control"] == "public, max-age=300")
            }
            #expect(try client.publicKeyDocument([("If-None-Match", "\"x\"")]).status == 200)
            try site.set("JWKS_MAX_AGE", "60")
            let changed: Bool? = try waitUntil(30) {
                try client.publicKeyDocument()["Cache-Control"] == "public, max-age=60" ? true : nil
            }
            #expect(changed == true)
            try site.command(["keys", "revoke", ids[2], "--yes"])
            try site.waitForKeys([ids[1], ids[0]])
            #expect(try client.publicKeyDocument([("If-None-Match", tag)]).status == 200, "another set")
            #expect(site.terminate())
        }

        @Test("the metadata are there with a public URL only")
        func metadata() throws {
            let request = WireRequest("GET", "/.well-known/oauth-authorization-server")
            let without = try SharedServers.client().exchange(request)
            #expect(without.status == 404, "\(without)")
            let site = try KeySite(.sqlite, 1, ["--public-url", "https://id.example.com"])
            let answer = try site.clients[0].exchange(request)
            #expect(answer.status == 200 && answer["Access-Control-Allow-Origin"] == "*", "\(answer)")
            let document = try Document(answer.text)
            #expect(document["issuer"] == "https://id.example.com")
            #expect(document["jwks_uri"] == "https://id.example.com/.well-known/jwks.json")
            #expect(site.terminate())
        }
    }
}
