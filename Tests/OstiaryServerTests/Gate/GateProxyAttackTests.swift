// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.GateProxies {
    private static let (login, first, second) = ("id.example.com", "app.example.com", "b.example.com")

    /// `Cookie` lines with cookies of Ostiary, whose value is `secret`, and with others that look like them.
    private static let jars: [(lines: [String], keepsOthers: Bool)] = {
        let names = ["session", "browser", "notice", "gate", "state"].map { "__Host-ostiary-\($0)" }
        let all = (names + ["__Secure-ostiary-session", "__Secure-ostiary-link", "ostiary-session"]).map {
            "\($0)=secret"
        }
        let decoys = names.map { "x\($0)=1" } + ["y=\(names[0])=1", "=\(names[3])=1", "\(names[0].lowercased())=1"]
        let (real, decoy) = (all.joined(separator: "; "), decoys.joined(separator: "; "))
        func line(_ parts: [String], _ separator: String = "; ") -> String { parts.joined(separator: separator) }
        let filler = (0..<400).map { "n\($0)=x\(names[0])" }
        return [
            (["a=b; \(decoys[0]); \(all[0]); c=d"], true), (["a=b; \(all[3]); \(decoys[3]); c=d"], true),
            ([line(["a=b", real, "c=d"])], true), ([line(["a=b", decoy, real, "c=d"])], true),
            ([line(["a=b", real, decoy, "c=d"])], true),
            ([line(["a=b", decoy, real, decoy, real, decoy, "c=d"])], true),
            ([line([real, "a=b", decoy, "c=d", real])], true), ([line([decoy, "a=b", "c=d", real])], true),
            ([line(["a=b"] + decoys + all + decoys + all + ["c=d"], ";")], true),
            ([line(["a=b", all[0], all[0], decoy, all[0], "c=d", all[0]], " ;\t  ")], true),
            ([line(["a=b"] + filler + [all[0], "c=d", all[0]])], true),
            ([line(["a=b"] + zip(decoys, all).flatMap { [$0, $1] } + ["c=d"])], false),
            ([line((0..<200).map { "e\($0)=1; \(all[$0 % all.count])" })], false),
            (["a=b", real, decoy, real, "c=d"], true), ([decoy, real, "a=b", "c=d", all[3]], true),
            ([all[3], "a=b; c=d"], true), (["a=b; c=d;", ";; ;\(all[3]);;", "=;\(all[0])"], true),
        ]
    }()

    @Test(
        "no cookie of Ostiary reaches the application, whatever others stand around it", arguments: GateProxy.allCases)
    func decoys(_ kind: GateProxy) throws {
        let site = try GatedSite(kind)
        let (_, tokens) = try WireClient(port: site.server.port).newSession()
        // With a token no cookie counts, so every one comes as far as the application.
        let bearer = ["--header", "Authorization: Bearer \(tokens.access)"]
        for host in [Self.login, Self.first] {
            for (lines, keepsOthers) in Self.jars {
                // Two lines of one name, as curl sends one only.
                let cookies = ["--header", "X-Lines: \(lines.count)" + lines.map { "\r\nCookie: \($0)" }.joined()]
                let answer = try #require(try site.ask(host, "/app/x", bearer + cookies))
                #expect(answer.status == 200 && !answer.body.contains("secret"), "\(host) \(lines) \(answer)")
                guard keepsOthers else { continue }
                #expect(answer.body.contains("a=b") && answer.body.contains("c=d"), "\(host) \(lines) \(answer)")
            }
        }
    }

    @Test("a pass of one host opens no other one behind the same proxy", arguments: GateProxy.allCases)
    func otherHost(_ kind: GateProxy) throws {
        let (a, b) = (Self.first, Self.second)
        let site = try GatedSite(kind, second: b)
        let visitor = PageVisitor(port: site.server.port)
        let email = freshEmail()
        try WireClient(port: site.server.port).enrol(email)
        try visitor.open("/login/")
        #expect(try visitor.send("/login/", [("email", email), ("password", WireClient.password)]).status == 303)
        let session = visitor.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")

        func ask(_ headers: [String], target: String = "/app/x", cookie: String = "") throws -> GatedSite.Answer? {
            let lines = (headers + ["Cookie: \(cookie)", "Accept: \(PageVisitor.accept)"]).flatMap { ["--header", $0] }
            return try site.ask(a, "/", lines + ["--request-target", target])
        }
        func path(_ answer: GatedSite.Answer?, on host: String) throws -> String {
            let location = try #require(answer?["Location"], "\(String(describing: answer))")
            #expect(location.hasPrefix("https://\(host)/"))
            return String(location.dropFirst("https://\(host)".count))
        }
        func pass(_ host: String) throws -> String {
            let begun = try ask(["Host: \(host)"], target: "/.ostiary/start?to=%2F")
            let state = try #require(begun?["Set-Cookie"]).prefix { $0 != ";" }
            let way = try path(begun, on: Self.login)
            let back = try path(ask(["Host: \(Self.login)"], target: way, cookie: session), on: host)
            let come = try #require(try ask(["Host: \(host)"], target: back, cookie: String(state)))
            #expect(come.status == 303, "\(come)")
            return String(try #require(come["Set-Cookie"]).prefix { $0 != ";" })
        }
        let passes = [a: try pass(a), b: try pass(b)]
        for (host, other) in [(a, b), (b, a)] {
            let own = try #require(try ask(["Host: \(host)"], cookie: passes[host] ?? ""))
            #expect(own.status == 200 && own.body.contains(email), "\(own)")
            #expect(own.body.contains(#""HTTP_X_SITE": "second""#) == (host == b), "\(own)")
            let loud = try #require(try ask(["Host: \(host.uppercased())"], cookie: passes[host] ?? ""))
            #expect(loud.status == 200 && loud.body.contains(email), "\(loud)")

            let tricks: [([String], String)] =
                [
                    (["Host: \(other)"], "/app/x"), (["Host: \(host)"], "https://\(other)/app/x"),
                    (["Host: \(other)"], "https://\(host)/app/x"), (["Host: \(host)"], "http://\(other):443/app/x"),
                    (["Host: \(other)"], "https://\(other)/app/x"),
                    (["Host: \(host)"], "https://\(host)@\(other)/app/x"),
                    (["Host: \(other), \(host)"], "/app/x"), (["Host: \(host), \(other)"], "/app/x"),
                    (["Host: \(other),\(host)"], "/app/x"), (["Host: \(host),\(other)"], "/app/x"),
                    (["Host: \(other)", "X-A: 1\r\nHost: \(host)"], "/app/x"),
                    (["Host: \(host)", "X-A: 1\r\nHost: \(other)"], "/app/x"),
                    (["Host: \(host) \(other)"], "/app/x"), (["Host: \(host)@\(other)"], "/app/x"),
                    (["Host: \(other)/\(host)"], "/app/x"), (["Host:"], "https://\(other)/app/x"),
                ]
                + ["\(other):443", "\(other):8443", "\(other):", "\(other).", other.uppercased(), ".\(other)"].map {
                    (["Host: \($0)"], "/app/x")
                }
            var answers = 0
            for (headers, target) in tricks {
                for more in [[], ["X-Forwarded-Host: \(host)"], ["Forwarded: host=\(host)"]] {
                    guard let answer = try ask(headers + more, target: target, cookie: passes[host] ?? "") else {
                        continue
                    }
                    answers += 1
                    if kind == .haproxy, headers[0].contains(",") { #expect(answer.status == 400, "\(headers)") }
                    guard answer.status == 200, answer.body.contains("environ") else { continue }
                    // The application of the own host, and told no other name.
                    let isSecond = answer.body.contains(#""HTTP_X_SITE": "second""#)
                    #expect(isSecond == (host == b), "\(headers + more) \(target) \(answer.body)")
                    let told = answer.body.lowercased().firstMatch(of: /"http_host": "([^"]*)"/)?.output.1
                    #expect(told.map(String.init) == host, "\(headers + more) \(target) \(answer.body)")
                }
            }
            #expect(answers > tricks.count, "the proxy has hardly answered")
        }
    }
}
