// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Keys that were sealed under another root secret than that of the servers.
    @Suite struct KeyRoot {
        private static let other = ["OSTIARY_ROOT_SECRET": String(repeating: "2", count: 40)]

        @Test("a command with another root secret than the servers' makes no key", arguments: KeySite.Database.allCases)
        func commands(_ database: KeySite.Database) throws {
            let site = try KeySite(database)
            func refuse(_ arguments: [String], _ environment: [String: String], _ text: String = "") throws {
                let result = try site.tryCommand(arguments, environment: environment)
                #expect(result.exit == .code(78) && (text.isEmpty || result.stderr.contains(text)), "\(result)")
            }
            try refuse(["keys", "rotate"], Self.other, "have recorded no root secret")
            try refuse(["keys", "rotate"], ["OSTIARY_SECRET_KEY": String(repeating: "3", count: 40)])
            #expect(try site.states().isEmpty)
            let id = try site.rotate(now: true)
            try refuse(["keys", "rotate", "--now", "--yes"], Self.other)
            try refuse(["keys", "revoke", id, "--replace", "--yes"], Self.other)
            #expect(try site.states() == [id: "signing"])
            #expect(site.terminate())
        }

        @Test("a key that cannot be opened keeps no revoked one in force")
        func unopened() throws {
            let site = try KeySite(.postgres)
            let client = site.clients[0]
            let (email, _) = try client.newSession()
            let first = try site.rotate(now: true)
            let access: String? = try waitUntil(30) {
                let access = try client.tokens(email).access
                return try AccessToken(access).headerMember("kid") == first ? access : nil
            }
            let token = try #require(access)
            let second = try site.rotate("EdDSA")
            try site.run("UPDATE ostiary_key SET sealed = decode('00', 'hex') WHERE kid = '\(second)'")
            try site.command(["keys", "sign", second, "--yes"])
            try site.command(["keys", "revoke", first, "--yes"])
            let isRefused: Bool? = try waitUntil(30) { try client.me(token).status == 401 ? true : nil }
            #expect(isRefused == true)
            #expect(try AccessToken(client.tokens(email).access).headerMember("kid") == nil, "the shared secret signs")
            #expect(site.servers[0].output.contains("keys of the database cannot be opened"))
            #expect(site.terminate())
        }
    }
}
