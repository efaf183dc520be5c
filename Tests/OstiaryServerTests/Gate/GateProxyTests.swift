// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The gate behind real proxies, with the files of the documentation, before an application that tells what reaches it.
    @Suite struct GateProxies {
        private static let hosts = ["id.example.com", "app.example.com"]
        /// The path that is gated on both hosts.
        private static let path = "/app/x"

        /// Spellings of a header with a forged value. Some servers of CGI and PHP make an underscore of every character
        /// that is no letter and no digit.
        private func spellings(_ name: String) -> [[String]] {
            let under = name.replacing("-", with: "_")
            let mixed = name.replacing("-", with: "_", maxReplacements: 1)
            let others = "!#$%&'*+.^`|~".map { name.replacing("-", with: String($0)) }
            let odd =
                others + [under.replacing("_", with: ".", maxReplacements: 1), "\(mixed.lowercased()).x", "~\(name)"]
            return [
                ["\(name.lowercased()): forged"], ["\(under): forged"], ["\(under.uppercased()): forged"],
                ["\(mixed.lowercased()): forged"], ["\(name): forged", "\(name.uppercased()): forged"],
                ["\(name): forged ", "\(under): forged"], ["\(name.replacing("-", with: ".")): forged"],
                odd.map { "\($0): forged" },
            ]
        }

        @Test(
            "nothing that a client writes into a header of the gate arrives, in no spelling",
            arguments: GateProxy.allCases)
        func forged(_ kind: GateProxy) throws {
            let site = try GatedSite(kind, ["--gate-remote-user", "id"])
            let (email, tokens) = try WireClient(port: site.server.port).newSession()
            let bearer = ["--header", "Authorization: Bearer \(tokens.access)"]
            for host in Self.hosts {
                for name in GateHeaders.names {
                    // One by one on the first host, all together on the other one.
                    let all = spellings(name)
                    for lines in host == Self.hosts[0] ? all : [all.flatMap { $0 }] {
                        let forged = lines.flatMap { ["--header", $0] }
                        let answer = try #require(try site.ask(host, Self.path, bearer + forged), "\(lines)")
                        #expect(
                            answer.status == 200 && !answer.body.contains("forged"), "\(host) \(lines) \(answer.body)")
                        #expect(answer.body.contains(#""HTTP_X_AUTH_EMAIL": "\#(email)""#), "\(lines)")
                        #expect(answer.body.contains(#""HTTP_REMOTE_USER": ""#), "\(lines)")
                        #expect(!answer.body.contains("http.reverse_proxy"), "a placeholder of Caddy")
                    }
                }
                // Nor by a header that the gate sends empty, and nor to somebody who shows no token.
                let groups = ["--header", "X-Auth-Groups: forged"]
                #expect(try site.ask(host, Self.path, bearer + groups)?.body.contains("forged") == false)
                let claims = GateHeaders.names.flatMap { ["--header", "\($0): 1"] }
                #expect(try site.ask(host, Self.path, claims)?.status == 401)
            }
        }

        @Test("the proxy lets in whom the gate lets in, and nobody while it is down", arguments: GateProxy.allCases)
        func decisions(_ kind: GateProxy) throws {
            let site = try GatedSite(kind)
            let client = WireClient(port: site.server.port)
            let (_, tokens) = try client.newSession()
            let bearer = ["--header", "Authorization: Bearer \(tokens.access)"]
            let page = ["--header", "Sec-Fetch-Mode: navigate"]
            for (host, way) in zip(Self.hosts, ["/login/?back=", "/.ostiary/start?to="]) {
                let stranger = try #require(try site.ask(host, Self.path + "?a=1&max_age=0", page))
                #expect(stranger.status == 303)
                #expect(stranger["Location"] == "\(way)%2Fapp%2Fx%3Fa%3D1%26max_age%3D0", "\(stranger.head)")
                for forged in [
                    "X-Forwarded-Host: evil.example", "X-Forwarded-Uri: //evil.example", "X-Original-URI: /evil",
                    "X_Forwarded_Host: evil.example", "Forwarded: host=evil.example",
                ] {
                    let led = try #require(try site.ask(host, Self.path, page + ["--header", forged]))
                    #expect(led.status == 303 && led["Location"] == "\(way)%2Fapp%2Fx", "\(forged) \(led.head)")
                }
                #expect(try site.ask(host, Self.path, ["--header", "Sec-Fetch-Mode: cors"])?.status == 401)
                #expect(try site.ask(host, Self.path, ["--header", "Authorization: Bearer x.y.z"])?.status == 401)
                // The query of a client is the application's.
                for query in ["", "?permission=none", "?max_age=0&format=api"] {
                    #expect(try site.ask(host, Self.path + query, bearer)?.status == 200, "\(query)")
                }
                let sent = try #require(try site.ask(host, Self.path, bearer + ["--data", "x=1"]))
                #expect(sent.status == 200 && sent.body.contains(#""method": "POST""#))
            }
            #expect(try client.logout(tokens.refresh).status == 200)
            for host in Self.hosts { #expect(try site.ask(host, Self.path, bearer)?.status == 401, "ended") }
            let (_, fresh) = try client.newSession()
            let again = ["--header", "Authorization: Bearer \(fresh.access)"]
            #expect(try site.ask(Self.hosts[0], Self.path, again)?.status == 200)
            site.server.kill()
            for (host, headers) in zip(Self.hosts, [again, page]) {
                let down = try #require(try site.ask(host, Self.path, headers))
                #expect((500...599).contains(down.status) && !down.body.contains("environ"), "\(down)")
            }
        }

        @Test(
            "a cookie counts for pages of the same host alone, and stays with the proxy", arguments: GateProxy.allCases)
        func cookies(_ kind: GateProxy) throws {
            let site = try GatedSite(kind, environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "3"])
            let visitor = PageVisitor(port: site.server.port)
            let email = freshEmail()
            try WireClient(port: site.server.port).enrol(email)
            try visitor.open("/login/")
            let form = [("email", email), ("password", WireClient.password)]
            #expect(try visitor.send("/login/", form).status == 303)
            let pairs = visitor.cookies.map { "\($0.name)=\($0.value)" }
            let cookie = ["--header", "Cookie: a=b; \(pairs.joined(separator: "; ")); c=d"]
            let host = Self.hosts[0]
            let page = try #require(try site.ask(host, Self.path, cookie))
            #expect(page.status == 200 && page.body.contains(email) && !page.body.contains("ostiary-"))
            #expect(page.body.contains("a=b; ") && page.body.contains("c=d"))
            for (headers, status) in [
                (["Origin: https://evil.example"], 403), (["Sec-Fetch-Site: cross-site"], 403), ([], 403),
                (["Origin: https://app.example.com"], 403), (["Origin: https://id.example.com"], 200),
                (["Sec-Fetch-Site: same-origin"], 200),
                (["Origin: https://evil.example", "X-Forwarded-Method: GET"], 403),
                (["Origin: https://evil.example", "X-Original-Method: GET", "X_Forwarded_Method: GET"], 403),
            ] {
                let more = headers.flatMap { ["--header", $0] } + ["--data", "x=1"]
                let answer = try #require(try site.ask(host, Self.path, cookie + more))
                #expect(answer.status == status, "\(headers) \(answer)")
            }
            // Tokens are renewed on the way; Caddy keeps the next ones to itself, and the browser goes on with its own.
            pause(3.2)
            for turn in 0..<2 {
                let later = try #require(try site.ask(host, Self.path, cookie))
                #expect(later.status == 200 && later.body.contains(email), "\(later)")
                let isPassed = later["Set-Cookie"]?.hasPrefix("__Host-ostiary-session=") == true
                if turn == 0 || kind == .caddy { #expect(isPassed == (kind != .caddy), "\(later.head)") }
            }
        }

        @Test(
            "a browser comes back to the address that it asked for, on the host of the login and on another one",
            arguments: [
                (GateProxy.nginx, "app.example.net", "on"), (.nginx, "app.example.net", "off"),
                (.caddy, "app.example.com", "on"), (.haproxy, "app.example.com", "off"),
            ])
        func browsers(_ kind: GateProxy, _ host: String, _ scripts: String) throws {
            _ = try Executable.required("chromedriver", package: "chromium-driver")
            let site = try GatedSite(kind, host: host)
            let email = freshEmail()
            try WireClient(port: site.server.port).enrol(email)
            let result = try CommandResult(
                PageWalks.python.get(),
                [
                    "-B", "\(Page.root)/Tests/OstiaryServerTests/Gate/Drivers/login.py", "\(site.port)", host, scripts,
                    email, WireClient.password,
                ], environment: Executable.inheritedEnvironment, within: 120)
            #expect(result.exit == .code(0) && result.stdout.hasSuffix("done\n"), "\(result.stderr.suffix(3_000))")
        }

        @Test("each page names each header of the gate", arguments: GateProxy.allCases)
        func complete(_ kind: GateProxy) {
            let guide = text(ofFile: "\(Page.root)/docs/guides/gate-\(kind.rawValue).md")
            let lua = text(ofFile: "\(Page.root)/docs/operating/proxies/ostiary-gate.lua")
            for name in GateHeaders.names {
                #expect(kind == .haproxy ? lua.contains("\"\(name.lowercased())\"") : guide.contains(name), "\(name)")
                #expect(text(ofFile: "\(Page.root)/docs/features/gate.md").contains("`\(name)`"), "\(name)")
            }
        }
    }
}
