// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The login of browsers on the hosts of applications, asked as a proxy passes it on.
    @Suite struct GateHosts {
        private static let server = Result {
            try ServerProcess(
                [
                    "--public-url", "https://id.example.com/id", "--gate-origin", "https://app.example.com",
                    "--gate-origin", "https://other.example.org",
                ])
        }

        /// A browser with cookies for each host.
        private final class Browser {
            let client: WireClient
            var jars: [String: [String: String]] = [:]
            var more: [(String, String)] = []

            init(_ client: WireClient? = nil) throws {
                self.client = try client ?? WireClient(port: GateHosts.server.get().port)
            }

            @discardableResult
            func ask(
                _ host: String, _ target: String, method: String = "GET", _ headers: [(String, String)] = [],
                form: String? = nil
            ) throws -> WireAnswer {
                let jar = jars[host] ?? [:]
                var all = [("Host", host), ("Accept", PageVisitor.accept)] + headers + more
                if !jar.isEmpty { all.append(("Cookie", jar.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))) }
                if form != nil { all.append(("Content-Type", "application/x-www-form-urlencoded")) }
                let answer = try client.exchange(WireRequest(method, target, all, body: form.map { Array($0.utf8) }))
                for line in answer.values("Set-Cookie") {
                    let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
                    jars[host, default: [:]][String(pair[0])] = String(pair[1])
                }
                return answer
            }

            /// Follows an address of one of the hosts.
            func follow(_ answer: WireAnswer, on host: String) throws -> WireAnswer {
                let location = try #require(answer["Location"], "\(answer)")
                guard location.hasPrefix("https://") else { return try ask(host, location) }
                let rest = location.dropFirst("https://".count)
                return try ask(String(rest.prefix { $0 != "/" }), String(rest.drop { $0 != "/" }))
            }

            func logIn() throws -> String {
                let email = freshEmail()
                try client.enrol(email)
                try logIn(email)
                return email
            }

            func logIn(_ email: String) throws {
                let page = try ask("id.example.com", "/id/login/")
                let token = try #require(page.text.firstMatch(of: /name="_token" value="([0-9a-f]{64})"/)?.output.1)
                let password = WireClient.password.replacing(" ", with: "+")
                let answer = try ask(
                    "id.example.com", "/id/login/", method: "POST", [("Sec-Fetch-Site", "same-origin")],
                    form: "_token=\(token)&email=\(email)&password=\(password)")
                #expect(answer.status == 303)
            }

            /// Goes from the gate's answer to the ticket, which it does not use yet.
            func ticket(_ host: String, _ uri: String = "/a") throws -> WireAnswer {
                let refused = try gate(host, [("X-Forwarded-Uri", uri)])
                #expect(refused.status == 401)
                let started = try follow(refused, on: host)
                #expect(started.status == 303)
                return try follow(started, on: host)
            }

            func gate(_ host: String, _ headers: [(String, String)] = []) throws -> WireAnswer {
                try ask(host, "/api/authorize/", headers)
            }
        }

        private let app = "app.example.com"

        @Test("a browser comes to another host with a pass, which is good there, at the gate, while its session lives")
        func entry() throws {
            let browser = try Browser()
            let email = try browser.logIn()
            let ticket = try browser.ticket(app, "/a?x=1&y=%C3%BC&z=#")
            #expect(ticket["Location"]?.hasPrefix("https://app.example.com/.ostiary/finish?ticket=") == true)
            let finished = try browser.follow(ticket, on: app)
            #expect(finished.status == 303 && finished["Location"] == "/a?x=1&y=%C3%BC&z=%23")
            let set = try #require(finished["Set-Cookie"])
            #expect(set.hasPrefix("__Host-ostiary-gate=") && set.contains("; Path=/; HttpOnly;"))
            #expect(set.hasSuffix("; SameSite=Lax; Secure") && finished["Referrer-Policy"] == "no-referrer")
            for _ in 0..<3 {
                let passed = try browser.gate(app)
                #expect(passed.status == 204 && passed["X-Auth-Email"] == email && passed["X-Auth-Session"] != "")
            }
            // Good for nothing else.
            let pass = try #require(browser.jars[app]?["__Host-ostiary-gate"])
            for host in ["id.example.com", app] {
                for name in ["__Host-ostiary-gate", "__Secure-ostiary-session", "__Secure-ostiary-browser"] {
                    for accept in ["*/*", PageVisitor.accept] {
                        let copy = [("Host", host), ("Cookie", "\(name)=\(pass)"), ("Accept", accept)]
                        #expect(try browser.client.exchange(WireRequest("GET", "/api/me/", copy)).status == 401)
                    }
                }
                let bearer = [("Host", host), ("Authorization", "Bearer \(pass)")]
                #expect(try browser.client.exchange(WireRequest("GET", "/api/me/", bearer)).status == 401)
            }
            for host in ["other.example.org", "id.example.com", "unknown.example"] {
                let copy = [("Host", host), ("Cookie", "__Host-ostiary-gate=\(pass)")]
                let answer = try browser.client.exchange(WireRequest("GET", "/api/authorize/", copy))
                #expect(answer.status == 401, "\(host)")
                let forwarded = [("X-Forwarded-Host", app)]
                #expect(
                    try browser.client.exchange(WireRequest("GET", "/api/authorize/", copy + forwarded)).status
                        == (host == "unknown.example" ? 204 : 401), "\(host)")
            }
            #expect(try browser.gate(app, [("X-Forwarded-Method", "POST")]).status == 403)
            #expect(
                try browser.gate(app, [("X-Forwarded-Method", "POST"), ("Origin", "https://app.example.com")]).status
                    == 204)
            #expect(
                try browser.gate(app, [("X-Forwarded-Method", "POST"), ("Origin", "https://id.example.com")]).status
                    == 403)
            let session = try #require(browser.jars["id.example.com"]?["__Secure-ostiary-session"])
            let refresh = String(session.prefix { $0 != "~" })
            #expect(try browser.client.logout(refresh).status == 200)
            let ended = try browser.gate(app)
            #expect(ended.status == 401 && ended["X-Auth-Email"] == nil)
            #expect(ended["Location"] == "/.ostiary/start?to=%2F")
        }

        @Test("a ticket is for one use, one browser and one host")
        func misuse() throws {
            let browser = try Browser()
            _ = try browser.logIn()
            let ticket = try browser.ticket(app)
            let target = try #require(ticket["Location"]).dropFirst("https://app.example.com".count)
            let thief = try Browser()
            // Another browser, with a state of its own and without one; and another host with the state of this one.
            #expect(try thief.ask(app, String(target)).status == 400)
            try thief.ask(app, "/.ostiary/start?to=%2F")
            let foreign = try thief.ask(app, String(target))
            #expect(foreign.status == 400 && foreign["Set-Cookie"] == nil && foreign.text.contains("Begin again"))
            browser.jars["other.example.org"] = browser.jars[app]
            #expect(try browser.ask("other.example.org", String(target)).status == 400)
            #expect(try browser.ask("id.example.com", String(target)).status == 404)
            #expect(try browser.ask("unknown.example", String(target)).status == 404)
            #expect(try browser.ask(app, String(target), method: "POST").status != 303)
            #expect(try browser.ask(app, String(target)).status == 303)
            #expect(try browser.ask(app, String(target)).status == 400, "used twice")
        }

        @Test("two tabs that begin at once both come in")
        func tabs() throws {
            let browser = try Browser()
            _ = try browser.logIn()
            let tickets = [try browser.ticket(app, "/1"), try browser.ticket(app, "/2")]
            for (index, ticket) in tickets.enumerated() {
                #expect(try browser.follow(ticket, on: app)["Location"] == "/\(index + 1)")
            }
        }

        @Test("without a login the browser gets the form, whose policy lets it return, and a recent login is asked for")
        func login() throws {
            let browser = try Browser()
            let refused = try browser.gate(app, [("X-Forwarded-Uri", "/a")])
            let login = try browser.follow(browser.follow(refused, on: app), on: app)
            let location = try #require(login["Location"])
            #expect(location.hasPrefix("/id/login/?back=%2Fid%2Flogin%2Fgate%2F%3Forigin%3D"))
            let form = try browser.ask("id.example.com", location)
            #expect(form["Content-Security-Policy"]?.contains("form-action 'self' https://app.example.com;") == true)
            #expect(form.text.contains("password") && !form.text.contains("action=\"/id/login/\""))
            _ = try browser.logIn()
            pause(1.1)
            let old = try browser.follow(browser.ticket(app), on: app)
            #expect(old.status == 303)
            let tooOld = try browser.ask(app, "/api/authorize/?max_age=0")
            #expect(tooOld.status == 401 && tooOld["Location"] == "/.ostiary/start?to=%2F&max_age=0")
            let again = try browser.follow(browser.follow(tooOld, on: app), on: app)
            #expect(again["Location"]?.hasPrefix("/id/login/?back=") == true)
        }

        @Test("unknown hosts get no way to log in, and no header makes an address")
        func unknown() throws {
            let browser = try Browser()
            for (host, headers) in [
                ("unknown.example", []), ("unknown.example", [("X-Forwarded-Host", "evil.example")]),
                (app, [("X-Forwarded-Host", "evil.example")]), (app, [("X-Forwarded-Host", "id.example.com")]),
                ("unknown.example", [("X-Forwarded-Host", "\(app), \(app)")]),
                ("unknown.example", [("X-Forwarded-Host", app), ("X-Forwarded-Host", app)]),
                ("app.example.com.evil.example", []), ("app.example.com:8443", []),
            ] {
                let answer = try browser.ask(host, "/api/authorize/login/", headers)
                #expect(answer.status == 401 && answer["Location"] == nil, "\(host) \(headers)")
            }
            for name in ["APP.example.com", "app.example.com:443"] {
                #expect(try browser.gate(name)["Location"] == "/.ostiary/start?to=%2F", "\(name)")
            }
            for target in [
                "/id/login/gate/", "/id/login/gate/?origin=https%3A%2F%2Fevil.example&state=x&to=%2F",
                "/id/login/gate/?origin=https%3A%2F%2Fevil.example&state=\(String(repeating: "A", count: 43))&to=%2F",
                "/id/login/gate/?origin=https%3A%2F%2Fapp.example.com&state=x&to=%2F",
            ] {
                let answer = try browser.ask("id.example.com", target)
                #expect(answer.status == 400 && answer["Location"] == nil, "\(target)")
            }
        }

        @Test("a pass holds longer than an access token")
        func longLife() throws {
            let server = try ServerProcess(
                ["--public-url", "https://id.example.com/id", "--gate-origin", "https://app.example.com"],
                environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "2"])
            let client = WireClient(port: server.port)
            let email = freshEmail()
            try client.enrol(email)
            let browser = try Browser(client)
            try browser.logIn(email)
            _ = try browser.follow(browser.ticket(app), on: app)
            pause(2.2)
            #expect(try browser.gate(app).status == 204)
        }

        @Test("an origin needs the public URL, and is none of its own")
        func configuration() throws {
            for arguments in [
                ["--gate-origin", "https://app.example.com"],
                ["--gate-origin", "https://id.example.com", "--public-url", "https://id.example.com"],
                ["--gate-origin", "https://app.example.com/", "--public-url", "https://id.example.com"],
                ["--gate-remote-user", "name"],
            ] {
                let folder = try TemporaryDirectory()
                let result = try runCommand(["serve", "--data-dir", folder.file("data")] + arguments)
                #expect(result.exit == .code(78) && result.stderr.contains("gate-"), "\(arguments) \(result)")
            }
        }
    }
}
