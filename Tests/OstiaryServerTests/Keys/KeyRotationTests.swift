// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The whole life of keys by the command line, on two servers.
    @Suite struct KeyRotation {
        /// Refreshes at one server after the other until a token is signed by this key (nil: HS256).
        private func signed(by id: String?, _ client: WireClient, _ tokens: inout Tokens) throws {
            let reached: Bool? = try waitUntil(30) {
                tokens = try Tokens(client.refresh(tokens.refresh))
                return try AccessToken(tokens.access).headerMember("kid") == id ? true : nil
            }
            guard reached == true else { throw Failure("\(id ?? "HS256") does not sign: \(tokens.access.prefix(120))") }
        }

        private func expect(
            _ status: Int, _ access: String, _ clients: [WireClient], sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            for client in clients {
                let reached: Bool? = try waitUntil(30) { try client.me(access).status == status ? true : nil }
                #expect(reached == true, "\(status) is expected", sourceLocation: sourceLocation)
            }
        }

        @Test(
            "keys are published, sign, retire and are revoked, and nobody is logged out",
            arguments: KeySite.Database.allCases)
        func life(_ database: KeySite.Database) throws {
            let site = try KeySite(database, 2)
            let clients = site.clients
            var (_, tokens) = try clients[0].newSession()
            let shared = tokens.access
            try site.waitForKeys([])

            let first = try site.rotate()
            try site.waitForKeys([first])
            #expect(try site.states() == [first: "published"])
            tokens = try Tokens(clients[1].refresh(tokens.refresh))
            #expect(try AccessToken(tokens.access).header == #"{"alg":"HS256","typ":"JWT"}"#, "it waits")
            let second = try site.tryCommand(["keys", "rotate"])
            #expect(second.exit == .code(1) && second.stderr.contains("waits to sign already"), "\(second)")

            try site.command(["keys", "sign", String(first.prefix(8)), "--yes"])
            for client in clients { try signed(by: first, client, &tokens) }
            let ofFirst = tokens.access
            try expect(200, ofFirst, clients)
            try expect(200, shared, clients)

            let next = try site.rotate(now: true)
            try site.waitForKeys([next, first])
            for client in clients { try signed(by: next, client, &tokens) }
            let ofNext = tokens.access
            #expect(try site.states() == [next: "signing", first: "retired"])
            for token in [shared, ofFirst, ofNext] { try expect(200, token, clients) }

            let told = try Document(site.command(["keys", "revoke", first, "--reason", "a test", "--yes", "--json"]))
            #expect(told["revoked"] == first && told["accepted_until"] != nil && told["replacement"] == nil)
            try expect(401, ofFirst, clients)
            try site.waitForKeys([next])
            for token in [shared, ofNext] { try expect(200, token, clients) }

            try site.set("TOKEN_ALGORITHM", "HS256")
            for client in clients { try signed(by: nil, client, &tokens) }
            for token in [shared, ofNext, tokens.access] { try expect(200, token, clients) }
            try site.set("TOKEN_ALGORITHM", "auto")
            for client in clients { try signed(by: next, client, &tokens) }

            try site.command(["keys", "retire-shared"])
            try expect(401, shared, clients)
            try expect(200, ofNext, clients)
            #expect(try site.tryCommand(["keys", "retire-shared"]).exit == .code(1), "only once")

            let replacement = try #require(
                try Document(site.command(["keys", "revoke", next, "--replace", "--yes", "--json"]))["replacement"])
            try expect(401, ofNext, clients)
            try site.waitForKeys([replacement])
            for client in clients { try signed(by: replacement, client, &tokens) }
            try expect(200, tokens.access, clients)
            #expect(try site.states() == [first: "revoked", next: "revoked", replacement: "signing"])
            let signing = try site.tryCommand(["keys", "remove", replacement])
            #expect(signing.exit == .code(1) && signing.stderr.contains("The key signs"), "\(signing)")
            #expect(site.terminate())
        }

        /// The secret of HS256 would have to sign again then, although it was retired.
        @Test("the last key that signs is not revoked without another one, once the secret is retired")
        func last() throws {
            let site = try KeySite()
            let client = site.clients[0]
            var (_, tokens) = try client.newSession()
            let first = try site.rotate(now: true)
            try signed(by: first, client, &tokens)
            try site.command(["keys", "retire-shared"])
            let second = try site.rotate("EdDSA")
            try site.waitForKeys([first, second])
            let refused = try site.tryCommand(["keys", "revoke", first, "--yes"])
            #expect(refused.exit == .code(1) && refused.stderr.contains("--replace"), "\(refused)")
            try signed(by: first, client, &tokens)
            try site.command(["keys", "sign", second, "--yes"])
            try site.command(["keys", "revoke", first, "--yes"])
            try site.waitForKeys([second])
            try signed(by: second, client, &tokens)
            try expect(200, tokens.access, [client])
            #expect(site.terminate())
        }

        @Test("OpenSSL reads the PEM of each algorithm", arguments: ["ES256", "RS256", "EdDSA"])
        func pem(_ algorithm: String) throws {
            let site = try KeySite()
            let file = site.servers[0].directory.file("key.pem")
            let pem = try site.command(["keys", "export-public", site.rotate(algorithm), "--pem"])
            try Data(pem.utf8).write(to: URL(fileURLWithPath: file))
            let read = try CommandResult(
                Executable.required("openssl", package: "openssl"), ["pkey", "-pubin", "-in", file, "-noout", "-text"])
            #expect(read.exit == .code(0) && read.stdout.contains("Public"), "\(read)")
            #expect(site.terminate())
        }

        @Test("rotate --now, sign, revoke and the removal of a retired key ask first")
        func asking() throws {
            let site = try KeySite()
            for answer in ["", "n\n", "no\n"] {
                let result = try site.tryCommand(["keys", "rotate", "--now"], input: answer)
                #expect(result.exit == .code(1) && result.stdout.contains("will refuse new tokens"), "\(result)")
            }
            #expect(try site.states().isEmpty)
            try site.command(["keys", "rotate", "--now"], input: "y\n")
            let id = try #require(try site.states().first { $0.value == "signing" }?.key)
            #expect(try site.tryCommand(["keys", "revoke", id], input: "n\n").exit == .code(1))
            #expect(try site.states() == [id: "signing"])
            #expect(try site.tryCommand(["keys", "revoke", "nobody", "--yes"]).exit == .code(1))

            let next = try site.rotate()
            let unsigned = try site.tryCommand(["keys", "sign", next], input: "n\n")
            #expect(unsigned.exit == .code(1) && unsigned.stdout.contains("will refuse new tokens"), "\(unsigned)")
            for command in ["sign", "remove", "revoke"] {
                #expect(try site.tryCommand(["keys", command, next, "--json"]).exit == .code(64), "\(command)")
            }
            #expect(try site.states() == [id: "signing", next: "published"])
            #expect(try Document(site.command(["keys", "sign", next, "--yes", "--json"]))["signing"] == next)
            let kept = try site.tryCommand(["keys", "remove", id], input: "n\n")
            #expect(kept.exit == .code(1) && kept.stdout.contains("have not expired"), "\(kept)")
            #expect(try site.states() == [id: "retired", next: "signing"])
            #expect(try Document(site.command(["keys", "remove", id, "--yes", "--json"]))["removed"] == id)
            #expect(try site.states()[id] != "retired")
            #expect(try Document(site.command(["keys", "retire-shared", "--json"]))["retired"] == "HS256")
            #expect(site.terminate())
        }
    }
}
