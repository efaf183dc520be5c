// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The files of `docs/operating/proxies` in real proxies.
    @Suite struct Proxies {
        @Test("a documented proxy passes the flow on, and the client's address", arguments: RealProxy.allCases)
        func documented(_ kind: RealProxy) throws {
            let directory = try TemporaryDirectory()
            let server = try ServerProcess(["--trusted-hops", "1", "--public-url", "https://id.example.com"])
            let backend = RealProxy.Backend(address: "\(server.port)", isSocket: false, path: "")
            let proxy = try ProxiedSite(kind, before: backend, in: directory)

            let json = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
            #expect(try proxy.post("/api/register/", json: json)?.status == 200)
            let tokens = try proxy.logIn(json)
            #expect(try AccessToken(tokens.access)["iss"] == #""https://id.example.com""#)
            let bearer = ["--header", "Authorization: Bearer \(tokens.access)"]
            #expect(try proxy.exchange("/api/me/", bearer)?.status == 200)
            let body = #"{"refresh_token":"\#(tokens.refresh)"}"#
            #expect(try proxy.post("/api/refresh/", json: body)?.status == 200)
            #expect(try proxy.post("/api/refresh/", json: body)?.status == 400)
            #expect(try proxy.exchange("/api/me", ["--header", "X-Forwarded-For: 6.6.6.6"])?.status == 401)
            // Each of these ends in a character that sticks to the comma which a proxy puts behind it.
            for forged in ["9.9.9.9 \u{600}", "9.9.9.9 \u{8E2}", "9.9.9.9\u{110BD}", "9.9.9.9,\u{600}"] {
                let headers = ["--header", "X-Forwarded-For: \(forged)", "--header", "Content-Type: application/json"]
                #expect(try proxy.exchange("/api/login/", headers + ["--data", json])?.status == 200)
            }
            let access = try proxy.logIn(json).access
            let sessions = try #require(
                try proxy.exchange("/api/sessions/", ["--header", "Authorization: Bearer \(access)"]))
            #expect(sessions.body.ranges(of: #""ip":"127.0.0.1""#).count == 5 && !sessions.body.contains("9.9.9.9"))
            let long = ["--header", "X-Long: \(String(repeating: "x", count: 16_000))"]
            #expect(try proxy.exchange("/api/me/", long + bearer)?.status == 401, "the session was ended by the replay")
            let large = #"{"email":"\#(String(repeating: "x", count: 70_000))"}"#
            #expect(try proxy.post("/api/register/", json: large)?.status == 413)
            proxy.process.killNow()
            #expect(!server.output.contains("--trusted-hops"))
        }

        @Test("changed as documented, it serves under a path from a unix socket", arguments: RealProxy.allCases)
        func socket(_ kind: RealProxy) throws {
            let directory = try TemporaryDirectory()
            let socket = directory.file("ostiary.sock")
            let backend = RealProxy.Backend(address: socket, isSocket: true, path: "/id")
            let server = try ServerProcess(
                [
                    "--host", "unix:\(socket)", "--socket-mode", "666", "--trusted-hops", "1", "--public-url",
                    "https://id.example.com/id",
                ],
                directory: directory
            ) { _ in UnixSockets.status("/readyz", at: socket) }
            // Some proxies give up their rights and connect as another user.
            #expect(chmod(directory.path, 0o755) == 0)
            let proxy = try ProxiedSite(kind, before: backend, in: directory)
            let json = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
            #expect(try proxy.post("/api/register/", json: json)?.status == 200)
            let tokens = try proxy.logIn(json)
            #expect(try AccessToken(tokens.access)["iss"] == #""https://id.example.com/id""#)
            let jar = directory.file("jar")
            let browser = ["--cookie", jar, "--cookie-jar", jar, "--header", "Accept: text/html"]
            let form = try #require(try proxy.exchange("/login/", browser)?.body)
            let token = try #require(form.firstMatch(of: /name="_token" value="([0-9a-f]{64})"/)?.output.1)
            #expect(form.contains(#"action="/id/login/""#))
            let fields = ["_token=\(token)", "password=\(WireClient.password)", "email=\(try email(json))"]
            let sent = browser + fields.flatMap { ["--data-urlencode", $0] }
            #expect(try proxy.exchange("/login/", sent + ["--header", "Sec-Fetch-Site: same-origin"])?.status == 303)
            let home = try #require(try proxy.exchange("/api/me/", browser))
            #expect(home.status == 200 && home.body.contains("Log out"))
            let sheet = try #require(home.body.firstMatch(of: /href="\/id(\/assets\/[^"]*\.css)"/)?.output.1)
            #expect(try proxy.exchange(String(sheet))?.status == 200)
            proxy.process.killNow()
            #expect(server.terminate() == .code(0))
        }

        private func email(_ json: String) throws -> Substring {
            try #require(json.firstMatch(of: /"email":"([^"]*)"/)?.output.1)
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

/// A site behind a running proxy, asked by curl.
private struct ProxiedSite {
    let process: ChildProcess
    private let port: UInt16
    private let path: String
    private let curl: Curl

    init(_ kind: RealProxy, before backend: RealProxy.Backend, in directory: TemporaryDirectory) throws {
        let authority = try CertificateAuthority(in: directory)
        let certificate = try authority.certificate(for: "id.example.com")
        let port = try FreePorts.next()
        let curl = Curl(trusting: authority.file, host: "id.example.com")
        process = try kind.start(port, before: backend, certificate: certificate, in: directory)
        let ready: Bool? = try waitUntil(15) {
            try curl.exchange(port, "\(backend.path)/readyz")?.status == 200 ? true : nil
        }
        guard ready == true else { throw Failure("\(kind): \(kind.output(in: directory))") }
        (self.port, self.path, self.curl) = (port, backend.path, curl)
    }

    func exchange(_ path: String, _ more: [String] = []) throws -> Curl.Answer? {
        try curl.exchange(port, self.path + path, more)
    }

    func post(_ path: String, json: String) throws -> Curl.Answer? {
        try curl.post(port, self.path + path, json: json)
    }

    func logIn(_ json: String) throws -> Tokens {
        guard let login = try post("/api/login/", json: json) else { throw Failure("no answer to a login") }
        return try Tokens(WireAnswer(status: login.status, body: Array(login.body.utf8)))
    }
}
