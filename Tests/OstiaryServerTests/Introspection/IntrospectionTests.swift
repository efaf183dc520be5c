// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Programs that ask about tokens and revoke them, with the commands of an operator.
    @Suite struct Introspections {
        private func add(_ site: KeySite, _ name: String, _ may: String = "introspect,revoke") throws -> ClientLogin {
            try ClientLogin(site.command(["clients", "add", name, "--may", may, "--json"]))
        }

        private func expect(
            _ status: Int, _ login: ClientLogin, at clients: [WireClient],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            for client in clients {
                let reached: Bool? = try waitUntil(30) {
                    try client.exchange(login.request("introspect", "x")).status == status ? true : nil
                }
                #expect(reached == true, "\(status) is expected", sourceLocation: sourceLocation)
            }
        }

        @Test(
            "tokens of each kind are told and revoked, also by the form and from another server",
            arguments: KeySite.Database.allCases)
        func tokens(_ database: KeySite.Database) throws {
            let site = try KeySite(database, 2, ["--public-url", "https://id.example.com"])
            let clients = site.clients
            let login = try add(site, "api")
            let (email, shared) = try clients[0].newSession()
            let key = try site.rotate(now: true)
            try site.waitForKeys([key])
            let token: Tokens? = try waitUntil(30) {
                let tokens = try clients[0].tokens(email)
                return try AccessToken(tokens.access).headerMember("kid") == key ? tokens : nil
            }
            let signed = try #require(token)
            for client in clients {
                let access = try Document(client.exchange(login.request("introspect", signed.access)).text)
                #expect(
                    access.names == [
                        "active", "token_type", "sub", "sid", "username", "client_id", "iss", "aud", "iat", "exp",
                        "auth_time", "amr", "acr",
                    ])
                #expect(
                    access["username"] == email && access["token_type"] == "Bearer" && access["client_id"] == "ostiary")
                #expect(access["aud"] == "https://id.example.com" && access["iss"] == access["aud"])
                #expect(try access["sid"] == AccessToken(signed.access)["sid"]?.filter { $0 != "\"" })
                let refresh = try Document(client.exchange(login.request("introspect", signed.refresh)).text)
                #expect(
                    refresh.names == [
                        "active", "sub", "sid", "username", "iss", "iat", "exp", "auth_time", "amr", "acr",
                    ])
                let old = try Document(client.exchange(login.request("introspect", shared.access)).text)
                #expect(!old.names.contains("aud") && !old.names.contains("client_id") && old["username"] == email)
            }
            // A look has spent nothing.
            let next = try Tokens(clients[1].refresh(signed.refresh))
            let inactive = #"{"active":false}"#
            #expect(try clients[0].exchange(login.request("introspect", signed.refresh)).text == inactive, "spent")
            #expect(try clients[0].exchange(login.request("introspect", next.refresh)).text != inactive)

            let form =
                "token=\(next.access)&token_type_hint=refresh_token&client_id=\(login.id)&client_secret=\(login.secret)"
            let revoked = try clients[1].exchange(
                WireRequest(
                    "POST", "/api/revoke/", [("Content-Type", "application/x-www-form-urlencoded")],
                    body: Array(form.utf8)))
            #expect(revoked.status == 200 && revoked.body.isEmpty && revoked["Content-Type"] == nil, "\(revoked)")
            #expect(revoked["Cache-Control"] == "no-store")
            for client in clients {
                for token in [next.access, next.refresh, signed.access] {
                    let ended: Bool? = try waitUntil(30) {
                        try client.exchange(login.request("introspect", token)).text == inactive ? true : nil
                    }
                    #expect(ended == true)
                }
                #expect(try client.refresh(next.refresh).status == 400)
                #expect(try client.me(shared.access).status == 200, "another session goes on")
            }
            #expect(try clients[0].exchange(login.request("revoke", shared.refresh)).status == 200)
            #expect(try clients[0].me(shared.access).status == 401)
            let author = try Document(
                "{\"rows\":\(site.command(["audit", "list", "--event", "logged_out", "--json"]))}")
            #expect(author.array("rows").map { $0["actor"] } == [String?](repeating: "client:\(login.id)", count: 2))
            #expect(site.terminate())
        }

        @Test(
            "secrets are rotated, clients disabled, enabled and removed, on each server within moments",
            arguments: KeySite.Database.allCases)
        func life(_ database: KeySite.Database) throws {
            let site = try KeySite(database, 2)
            let clients = site.clients
            let first = try add(site, "api")
            let taken = try site.tryCommand(["clients", "add", "api", "--may", "feed"])
            #expect(taken.exit == .code(1) && taken.stderr.contains("of this name"), "\(taken)")
            for arguments in [["x y", "--may", "feed"], ["x", "--may", "feed,admin"], ["x", "--may", ""], ["x"]] {
                #expect(try site.tryCommand(["clients", "add"] + arguments).exit == .code(64), "\(arguments)")
            }
            try expect(200, first, at: clients)
            let second = try ClientLogin(site.command(["clients", "rotate", first.id, "--json"]))
            #expect(second.id == first.id && second.secret != first.secret)
            for login in [second, first] { try expect(200, login, at: clients) }
            let third = try ClientLogin(site.command(["clients", "rotate", "api", "--json"]))
            for login in [third, second] { try expect(200, login, at: clients) }
            try expect(401, first, at: clients)
            let fourth = try ClientLogin(site.command(["clients", "rotate", "api", "--now", "--json"]))
            try expect(200, fourth, at: clients)
            try expect(401, third, at: clients)
            for login in [second, first] { try expect(401, login, at: clients) }

            try site.command(["clients", "disable", first.id])
            try expect(401, fourth, at: clients)
            let listed = try Document("{\"rows\":\(site.command(["clients", "list", "--json"]))}").array("rows")
            #expect(listed.count == 1 && listed[0]["client_id"] == first.id && listed[0]["disabled_at"] != nil)
            try site.command(["clients", "enable", first.id])
            try expect(200, fourth, at: clients)
            let used: Bool? = try waitUntil(30) {
                try Document("{\"rows\":\(site.command(["clients", "list", "--json"]))}")
                    .array("rows").first?["last_used_at"] != nil ? true : nil
            }
            #expect(used == true, "the last use is written")
            try site.command(["clients", "remove", first.id])
            try expect(401, fourth, at: clients)
            for arguments in [["rotate", first.id], ["disable", "api"], ["remove", first.id]] {
                #expect(try site.tryCommand(["clients"] + arguments).exit == .code(1), "\(arguments)")
            }
            #expect(site.terminate())
        }

        @Test("database, logs and backup hold no secret of a client", arguments: KeySite.Database.allCases)
        func secrets(_ database: KeySite.Database) throws {
            let site = try KeySite(database)
            let client = site.clients[0]
            var logins = [try add(site, "api")]
            logins.append(try ClientLogin(site.command(["clients", "rotate", "api", "--json"])))
            for login in logins {
                try expect(200, login, at: [client])
                var wrong = login
                wrong.secret += "x"
                #expect(try client.exchange(wrong.request("introspect", "x")).status == 401)
            }
            let (_, session) = try client.newSession()
            #expect(try client.exchange(logins[0].request("introspect", session.refresh)).text.contains("true"))
            let copy = site.servers[0].directory.file("copy")
            var files: [[UInt8]] = []
            switch database {
            case .sqlite:
                files = ["", "-wal"].map { bytes(ofFile: site.servers[0].databaseFile + $0) }
                try site.command(["backup", copy])
            case .postgres: try PostgresServer.shared.get().run("pg_dump", ["--file=\(copy)", site.url])
            }
            files += [bytes(ofFile: copy), Array(site.servers[0].output.utf8)]
            for file in files {
                for secret in logins.map(\.secret) + [session.refresh] {
                    #expect(file.firstRange(of: Array(secret.dropFirst(4).utf8)) == nil)
                }
            }
            #expect(files.contains { $0.firstRange(of: Array(logins[0].id.utf8)) != nil }, "the search finds the id")
            #expect(site.terminate())
        }

        @Test("the metadata name the addresses for clients")
        func metadata() throws {
            let site = try KeySite(.sqlite, 1, ["--public-url", "https://id.example.com/id"])
            let answer = try site.clients[0].exchange(
                WireRequest("GET", "/id/.well-known/oauth-authorization-server"))
            let document = try Document(answer.text)
            #expect(document["introspection_endpoint"] == "https://id.example.com/id/api/introspect/")
            #expect(document["revocation_endpoint"] == "https://id.example.com/id/api/revoke/")
            for name in ["introspection", "revocation"] {
                let methods =
                    #""\#(name)_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]"#
                #expect(answer.text.contains(methods), "\(answer)")
            }
            #expect(site.terminate())
        }

        private func bytes(ofFile path: String) -> [UInt8] { Array(text(ofFile: path).utf8) }
    }
}
