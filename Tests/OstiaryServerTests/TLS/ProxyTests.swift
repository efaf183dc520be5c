// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The configuration of `docs/operating.md` in a real nginx.
    @Suite struct Proxy {
        private static let documentation = {
            let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
            return text(ofFile: "\(root)/docs/operating.md")
        }()

        private func snippet() throws -> String {
            let parts = Self.documentation.components(separatedBy: "```nginx\n")
            guard parts.count == 2, let snippet = parts[1].components(separatedBy: "```").first else {
                throw Failure("docs/operating.md has not exactly one nginx block")
            }
            return snippet
        }

        @Test("nginx as documented passes the flow on, and the client's address")
        func nginx() throws {
            let directory = try TemporaryDirectory()
            let authority = try CertificateAuthority(in: directory)
            let certificate = try authority.certificate(for: "id.example.com")
            let server = try ServerProcess(["--trusted-hops", "1", "--public-url", "https://id.example.com"])
            let port = try FreePorts.next()
            let site = try snippet()
                .replacing("127.0.0.1:8000", with: "127.0.0.1:\(server.port)")
                .replacing("listen 443 ssl", with: "listen 127.0.0.1:\(port) ssl")
                .replacing("/etc/ssl/id.example.com.pem", with: certificate.file)
                .replacing("/etc/ssl/id.example.com.key", with: certificate.key)
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(directory.file($0));" }
            let configuration = """
                daemon off; master_process off; pid \(directory.file("nginx.pid")); error_log stderr;
                events {}
                http {
                access_log off; \(temporary.joined(separator: " "))
                \(site)
                }
                """
            let file = directory.file("nginx.conf")
            guard FileManager.default.createFile(atPath: file, contents: Data(configuration.utf8)) else {
                throw Failure("cannot write \(file)")
            }
            let log = directory.file("nginx.log")
            let nginx = try ChildProcess(
                "/usr/sbin/nginx", ["-p", directory.path, "-c", file, "-e", "stderr"], environment: [:], output: log,
                errors: log)
            let curl = Curl(trusting: authority.file, host: "id.example.com")
            let ready: Bool? = try waitUntil(10) { try curl.exchange(port, "/readyz")?.status == 200 ? true : nil }
            #expect(ready == true, "\(text(ofFile: log))")

            let json = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
            #expect(try curl.post(port, "/api/register/", json: json)?.status == 200)
            let login = try #require(try curl.post(port, "/api/login/", json: json))
            let tokens = try Tokens(WireAnswer(status: login.status, body: Array(login.body.utf8)))
            #expect(try AccessToken(tokens.access)["iss"] == #""https://id.example.com""#)
            let bearer = ["--header", "Authorization: Bearer \(tokens.access)"]
            #expect(try curl.exchange(port, "/api/me/", bearer)?.status == 200)
            let body = #"{"refresh_token":"\#(tokens.refresh)"}"#
            #expect(try curl.post(port, "/api/refresh/", json: body)?.status == 200)
            #expect(try curl.post(port, "/api/refresh/", json: body)?.status == 400)
            #expect(try curl.exchange(port, "/api/me", ["--header", "X-Forwarded-For: 6.6.6.6"])?.status == 401)
            // Each of these ends in a character that sticks to the comma which the proxy puts behind it.
            for forged in ["9.9.9.9 \u{600}", "9.9.9.9 \u{8E2}", "9.9.9.9\u{110BD}", "9.9.9.9,\u{600}"] {
                let headers = ["--header", "X-Forwarded-For: \(forged)", "--header", "Content-Type: application/json"]
                #expect(try curl.exchange(port, "/api/login/", headers + ["--data", json])?.status == 200)
            }
            let last = try #require(try curl.post(port, "/api/login/", json: json))
            let access = try Tokens(WireAnswer(status: last.status, body: Array(last.body.utf8))).access
            let sessions = try #require(
                try curl.exchange(port, "/api/sessions/", ["--header", "Authorization: Bearer \(access)"]))
            #expect(sessions.body.ranges(of: #""ip":"127.0.0.1""#).count == 5 && !sessions.body.contains("9.9.9.9"))
            let large = #"{"email":"\#(String(repeating: "x", count: 70_000))"}"#
            #expect(try curl.post(port, "/api/register/", json: large)?.status == 413)
            nginx.killNow()
            #expect(!server.output.contains("--trusted-hops"))
        }

        @Test("headers that do not fit --trusted-hops are told once, whatever their number", arguments: [0, 1, 2])
        func doubts(_ hops: Int) throws {
            let server = try ServerProcess(["--trusted-hops", "\(hops)"])
            let client = WireClient(port: server.port)
            for header in ["9.9.9.9", "nonsense", "9.9.9.9, x\u{600}"] {
                let login = WireRequest(
                    "POST", "/api/login/", [("X-Forwarded-For", header)],
                    json: #"{"email":"a@b.example","password":"x"}"#)
                for _ in 0..<3 { #expect(try client.exchange(login).status == 401) }
            }
            #expect(server.terminate() == .code(0))
            #expect(server.output.ranges(of: "X-Forwarded-For").count == 1)
            let words = [
                "Forwarded, which --trusted-hops 0 ignores", "has no address in the place",
                "has fewer entries than --trusted-hops 2 states",
            ]
            #expect(server.output.contains(words[hops]))
        }

        @Test("a short header is told though another one was malformed before, and each once")
        func shortAndMalformed() throws {
            let server = try ServerProcess(["--trusted-hops", "2"])
            let client = WireClient(port: server.port)
            for header in ["nonsense, 9.9.9.9", nil, "8.8.8.8, nonsense, 9.9.9.9", "9.9.9.9", nil] {
                let login = WireRequest(
                    "POST", "/api/login/", header.map { [("X-Forwarded-For", $0)] } ?? [],
                    json: #"{"email":"a@b.example","password":"x"}"#)
                #expect(try client.exchange(login).status == 401)
            }
            #expect(server.terminate() == .code(0))
            #expect(server.output.ranges(of: "has no address in the place").count == 1)
            #expect(server.output.ranges(of: "has fewer entries than --trusted-hops 2 states").count == 1)
        }
    }
}
