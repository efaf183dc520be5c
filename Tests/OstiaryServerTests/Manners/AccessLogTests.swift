// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The line of each request, in the log of a real server.
    @Suite struct AccessLogs {
        private typealias Line = [String: String]

        /// The lines of requests, once the log has that of the last answer.
        private func lines(_ server: ServerProcess, until last: WireAnswer) throws -> [Line] {
            let id = try #require(last["X-Request-ID"])
            let found: [Line]? = waitUntil(10) {
                let lines = text(ofFile: server.stderrFile).split(separator: "\n").compactMap {
                    try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
                }.filter { $0["message"] == "request" }
                return lines.contains { $0["request"] == id } ? lines : nil
            }
            return try #require(found, "no line of \(id)")
        }

        private static let canary = "Canary-31337"

        @Test("method, template, status, time, address, user and id of API and pages alike, and nothing that is sent")
        func fields() throws {
            let server = try ServerProcess(["--access-log", "on", "--trusted-hops", "1"])
            let client = WireClient(port: server.port)
            let email = freshEmail()
            let user = "\(try client.enrol(email))"
            let access = try client.tokens(email).access
            let visitor = PageVisitor(port: server.port)
            try visitor.open("/login/")
            try visitor.send("/login/", [("email", email), ("password", WireClient.password)])
            func ask(_ method: String, _ target: String, _ headers: [(String, String)] = []) throws -> WireAnswer {
                let all = headers + [("X-Forwarded-For", "2001:db8::7"), ("Cookie", "s=\(Self.canary)")]
                return try client.exchange(WireRequest(method, target, all))
            }
            let bearer = [("Authorization", "Bearer \(access)")]
            let asked: [(WireAnswer, String, String, String?)] = try [
                (client.me(access), "GET", "/api/me/", user),
                (ask("GET", "/api/me", bearer), "GET", "/api/me/", user),
                (ask("HEAD", "/api/me/?x=\(Self.canary)", bearer), "HEAD", "/api/me/", user),
                (ask("DELETE", "/api/sessions/\(Self.canary)/", bearer), "DELETE", "/api/sessions/{id}/", user),
                (ask("OPTIONS", "/api/login/"), "OPTIONS", "/api/login/", nil),
                (ask("GET", "/\(Self.canary)/?\(Self.canary)"), "GET", "unknown", nil),
                (ask("PROPFIND", "/api/me/"), "other", "/api/me/", nil),
                (ask("GET", "/api/me/%00\(Self.canary)"), "GET", "unknown", nil),
                (ask("GET", "/api/me/", [("Authorization", "Bearer \(Self.canary)")]), "GET", "/api/me/", nil),
                (visitor.open("/api/sessions/"), "GET", "/api/sessions/", user),
                (ask("GET", "/assets/\(Self.canary).css"), "GET", "/assets/{file}", nil),
                (PageVisitor(port: server.port).open("/login/"), "GET", "/login/", nil),
            ]
            let lines = try lines(server, until: asked[asked.count - 1].0)
            for (answer, method, path, user) in asked {
                let own = lines.filter { $0["request"] == answer["X-Request-ID"] }
                let line = try #require(own.count == 1 ? own[0] : nil, "\(method) \(path): \(own)")
                #expect(line["method"] == method && line["path"] == path && line["user"] == user, "\(line)")
                #expect(line["status"] == "\(answer.status)" && line["level"] == "info", "\(line)")
                #expect((0.001...20_000).contains(line["ms"].flatMap { Double($0) } ?? 0), "\(line)")
                #expect(line.count == (user == nil ? 10 : 11), "\(line)")
            }
            #expect(
                lines.contains { $0["address"] == "2001:db8::7" } && lines.contains { $0["address"] == "127.0.0.1" })
            #expect(!server.output.contains("Canary") && !server.output.contains(access))
            #expect(server.terminate() == .code(0))
        }

        @Test("--log-addresses holds for the lines, in both formats", arguments: ["network", "none"])
        func addresses(_ part: String) throws {
            let server = try ServerProcess(
                [
                    "--access-log", "on", "--trusted-hops", "1", "--log-addresses", part, "--log-format",
                    part == "none" ? "text" : "json",
                ])
            let client = WireClient(port: server.port)
            let answer = try client.exchange(
                WireRequest("GET", "/api/me/", [("X-Forwarded-For", "2001:db8:1:2::7")]))
            let id = try #require(answer["X-Request-ID"])
            let line: Substring? = waitUntil(10) {
                text(ofFile: server.stderrFile).split(separator: "\n").first { $0.contains(id) }
            }
            if part == "none" {
                let shown = try #require(line).split(separator: " ").dropFirst().filter { !$0.hasPrefix("ms=") }
                #expect(
                    shown.joined(separator: " ") == "INFO request method=GET path=/api/me/ request=\(id) status=401")
            } else {
                #expect(line?.contains(#""address":"2001:db8:1:2::/64""#) == true, "\(line ?? "")")
            }
            #expect(!server.output.contains("2001:db8:1:2::7"))
            #expect(server.terminate() == .code(0))
        }

        @Test("off by default; at debug the lines are there all the same; a level that hides them is a warning")
        func levels() throws {
            for (level, arguments, count) in [
                ("info", [], 0), ("debug", [], 1), ("warning", ["--access-log", "on"], 0),
            ] {
                let server = try ServerProcess(arguments, logLevel: level)
                let answer = try WireClient(port: server.port).me("x")
                #expect(server.terminate() == .code(0))
                let lines = server.output.split(separator: "\n").filter { $0.contains(#""message":"request""#) }
                let id = try #require(answer["X-Request-ID"])
                #expect(lines.count { $0.contains(id) } == count, "\(level)")
                #expect(lines.allSatisfy { $0.contains(#""level":"debug""#) })
                #expect(server.output.contains("access-log is on, but log-level warning") == (level == "warning"))
            }
        }

        @Test("the first refusal of a budget in a minute is a line")
        func throttled() throws {
            let server = try ServerProcess(
                ["--trusted-hops", "1", "--log-addresses", "network"], throttling: true,
                environment: ["OSTIARY_THROTTLE_REGISTER": "1/day", "OSTIARY_THROTTLE_LOGIN_NETWORK": "1/day"])
            let visitor = Visitor(server, from: "2001:db8:1:2::7")
            let begin = Int(Date().timeIntervalSince1970) / 60
            for _ in 0..<6 {
                _ = try visitor.register(freshEmail())
                _ = try visitor.login(freshEmail(), "wrong")
            }
            let minutes = Int(Date().timeIntervalSince1970) / 60 - begin + 1
            #expect(server.terminate() == .code(0))
            let lines = server.output.split(separator: "\n").filter { $0.contains(#""message":"throttled""#) }
            for scope in ["register", "login_network"] {
                let own = lines.filter { $0.contains("\"scope\":\"\(scope)\"") }
                #expect((1...minutes).contains(own.count), "\(lines)")
                #expect(
                    own.allSatisfy { $0.contains(#""address":"2001:db8:1:2::/64""#) && $0.contains(#""request":""#) })
            }
        }
    }
}
