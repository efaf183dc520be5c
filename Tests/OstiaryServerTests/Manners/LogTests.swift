// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct Logs {
        @Test("no password, token or key is ever printed", arguments: ["info", "trace"])
        func secrets(level: String) throws {
            let server = try ServerProcess(logLevel: level)
            let client = WireClient(port: server.port)
            let (password, wrong, canary) = ("Canary-pass-31337", "Canary-wrong-31337", "Canary-query-31337")
            let email = freshEmail()
            try client.enrol(email, password)
            _ = try client.register(email, password)
            _ = try client.register(freshEmail(), "\(wrong)\u{0}")
            _ = try client.login(email, wrong)
            let first = try client.tokens(email, password)
            let id = try client.me(first.access)["X-Request-ID"] ?? "none"
            _ = try client.exchange(
                WireRequest("GET", "/api/me/?access_token=\(canary)", [("Authorization", "Bearer \(canary)")]))
            _ = try client.exchange(WireRequest("GET", "/api/nope/?password=\(canary)", [("Cookie", "s=\(canary)")]))
            _ = try client.exchange(WireRequest("POST", "/api/login/", json: #"{"password":"\#(canary)""#))
            _ = try client.exchange(
                WireRequest("POST", "/api/login/", [("Content-Type", "text/\(canary)")], body: [120]))
            let second = try Tokens(client.refresh(first.refresh))
            _ = try client.refresh(first.refresh)
            _ = try client.logout(second.refresh)
            _ = try client.put(#"{"email":"\#(email)","username":5}"#, second.access)
            let result = try server.command(
                ["createsuperuser", "--email", freshEmail(), "--noinput"],
                environment: ["OSTIARY_SUPERUSER_PASSWORD": password + "-root"])
            #expect(result.exit == .code(0), "\(result)")
            #expect(server.terminate() == .code(0))

            let output = server.output + result.stdout + result.stderr
            var secrets = [password, wrong, canary, "Canary", ServerProcess.secretKey]
            for tokens in [first, second] {
                secrets += [tokens.refresh, tokens.refresh.replacing("-", with: ""), tokens.access]
                secrets += tokens.access.split(separator: ".").dropFirst().map(String.init)
            }
            for (index, secret) in secrets.enumerated() {
                #expect(!output.contains(secret), "secret \(index) is in the output")
            }
            #expect(!output.contains("$argon2"))
            if level == "trace" { #expect(output.contains(id), "requests are logged") }
        }

        private struct AuditLine: Decodable {
            var message: String
            var event: String?
            var request: String?
        }

        @Test("each audit line has the id of the answer to the request that caused it")
        func auditIDs() throws {
            let server = try ServerProcess()
            let client = WireClient(port: server.port)
            let email = freshEmail()
            var expected: [String: String] = [:]
            @discardableResult
            func note(_ event: String, _ answer: WireAnswer) -> WireAnswer {
                expected[event] = answer["X-Request-ID"]
                return answer
            }
            note("registered", try client.register(email))
            note("login_refused", try client.login(email, "wrong"))
            let first = try Tokens(note("logged_in", try client.login(email)))
            let key = "the-key-of-this-refresh"
            let second = try Tokens(client.refresh(first.refresh, key: key))
            note("refresh_repeated", try client.refresh(first.refresh, key: key))
            note("refresh_token_replayed", try client.refresh(first.refresh, key: key + "-another"))
            #expect(try client.me(second.access).status == 401)
            let third = try client.tokens(email)
            note("email_changed", try client.put(#"{"email":"\#(freshEmail())"}"#, third.access))
            note("logged_out", try client.logout(third.refresh))
            #expect(server.terminate() == .code(0))
            let lines = try text(ofFile: server.stderrFile).split(separator: "\n").map {
                try JSONDecoder().decode(AuditLine.self, from: Data($0.utf8))
            }.filter { $0.message == "audit" && $0.event != "setup_link_made" }
            #expect(lines.allSatisfy { $0.request?.count == 32 }, "\(lines)")
            for (event, id) in expected {
                #expect(lines.contains { $0.event == event && $0.request == id }, "\(event) \(id)")
            }
            #expect(Set(lines.compactMap(\.event)) == Set(expected.keys))
        }

        private struct Line: Decodable {}

        @Test("each line of a JSON log is a JSON object, and names the request by the id of the answer")
        func json() throws {
            let server = try ServerProcess(logLevel: "debug")
            let client = WireClient(port: server.port)
            let strange = WireRequest("GET", "/api/me/%22%0a%5c\"", [("User-Agent", "\"\\\u{e9}")])
            let ids = try [client.exchange(strange), client.me("x")].map { $0["X-Request-ID"] ?? "none" }
            #expect(server.terminate() == .code(0))
            let log = text(ofFile: server.stderrFile)
            for line in log.split(separator: "\n") {
                #expect(line.hasPrefix("{"))
                #expect(throws: Never.self, "\(line)") {
                    try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                }
            }
            for id in ids { #expect(log.contains(id)) }
        }
    }
}
