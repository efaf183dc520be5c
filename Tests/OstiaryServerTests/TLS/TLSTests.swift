// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `--tls-cert` and `--tls-key`.
    @Suite struct TLS {
        private let directory: TemporaryDirectory
        private let authority: CertificateAuthority
        private let certificate: CertificateAuthority.Certificate
        private let curl: Curl

        init() throws {
            directory = try TemporaryDirectory()
            authority = try CertificateAuthority(in: directory)
            certificate = try authority.certificate(for: "id.example.com")
            curl = Curl(trusting: authority.file, host: "id.example.com")
        }

        private func server() throws -> ServerProcess {
            let curl = self.curl
            return try ServerProcess(
                ["--tls-cert", certificate.file, "--tls-key", certificate.key],
                status: { port in (try? curl.exchange(port, "/readyz"))?.status })
        }

        @Test("the flow over TLS 1.2 and 1.3, and nothing over less or in plain text")
        func flow() throws {
            let server = try server()
            for version in ["1.2", "1.3"] {
                var curl = curl
                curl.version = version
                let json = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
                #expect(try curl.post(server.port, "/api/register/", json: json)?.status == 200)
                let login = try #require(try curl.post(server.port, "/api/login/", json: json))
                #expect(login.status == 200 && login.body.contains("access_token"))
            }
            for path in ["/healthz", "/api/me/", "/nope", "/login/", "/assets/nope"] {
                let head = try #require(try curl.exchange(server.port, path, ["--include"]))
                #expect(head.body.contains("Strict-Transport-Security: max-age=31536000\r\n"), "\(path)")
            }
            #expect(try SharedServers.client().me("x")["Strict-Transport-Security"] == nil)
            var plain = curl
            plain.version = "1.2"
            for ciphers in [
                "AES128-SHA:AES256-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA",
            ] {
                #expect(try plain.exchange(server.port, "/readyz", ["--ciphers", ciphers]) == nil, "\(ciphers)")
            }
            for ciphers in ["ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE+CHACHA20"] {
                #expect(
                    try plain.exchange(server.port, "/readyz", ["--ciphers", ciphers])?.status == 200, "\(ciphers)")
            }
            var old = curl
            old.version = "1.1"
            #expect(try old.exchange(server.port, "/readyz", ["--ciphers", "DEFAULT@SECLEVEL=0"]) == nil)
            #expect(throws: (any Error).self) {
                try WireClient(port: server.port, timeout: 3).exchange(WireRequest("GET", "/readyz"))
            }
            #expect(try curl.exchange(server.port, "/readyz")?.status == 200)
            #expect(server.terminate() == .code(0))
        }

        @Test("a handshake that never ends is closed like a head that never does")
        func silentHandshake() throws {
            let server = try server()
            let connection = try WireConnection(port: server.port, timeout: 20)
            let start = ContinuousClock.now
            try connection.send([0x16, 0x03, 0x01])
            #expect(connection.drain(quiet: 15).closed)
            figure("half a TLS handshake closed after", seconds: seconds(since: start))
            #expect((8.0...13.0).contains(seconds(since: start)))
        }

        @Test("SIGHUP shows the new certificate; files that are none leave the old one")
        func reload() throws {
            let server = try server()
            let other = try authority.certificate(for: "new.example.com", name: "new")
            let renamed = Curl(trusting: authority.file, host: "new.example.com")
            #expect(try renamed.exchange(server.port, "/readyz") == nil)

            try move(other.key, to: certificate.key)
            server.send(signal: SIGHUP)
            let refused: Bool? = waitUntil(5) { server.output.contains("the old certificate stays") ? true : nil }
            #expect(refused == true, "a key that does not belong to the certificate")
            #expect(try curl.exchange(server.port, "/readyz")?.status == 200)

            try move(other.file, to: certificate.file)
            server.send(signal: SIGHUP)
            let shown: Bool? = try waitUntil(5) { try renamed.exchange(server.port, "/readyz") != nil ? true : nil }
            #expect(shown == true)
            #expect(try curl.exchange(server.port, "/readyz") == nil)
            #expect(server.terminate() == .code(0))
        }

        @Test("SIGHUP during the start ends nothing")
        func earlySignals() throws {
            let port = try FreePorts.next()
            let output = directory.file("early.out")
            let child = try ChildProcess(
                OstiaryBinary.path(),
                [
                    "serve", "--port", "\(port)", "--data-dir", directory.file("early"), "--tls-cert", certificate.file,
                    "--tls-key", certificate.key,
                ], environment: [:], output: output, errors: output)
            // Before the program itself has begun nothing can be done about it.
            let begun: Bool? = waitUntil(10, every: 500) {
                FileManager.default.fileExists(atPath: directory.file("early")) ? true : nil
            }
            #expect(begun == true)
            let ready: Bool? = try waitUntil(20, every: 20_000) {
                child.send(signal: SIGHUP)
                return try curl.exchange(port, "/readyz")?.status == 200 ? true : nil
            }
            #expect(ready == true && child.exit() == nil, "\(text(ofFile: output))")
            child.send(signal: SIGTERM)
            #expect(child.exit(within: 20) == .code(0))
        }

        @Test("one file without the other, no file, no PEM, another's key: each told, exit 78")
        func refused() throws {
            let other = try authority.certificate(for: "other", name: "other")
            func exit(_ flags: [String], telling word: String) throws {
                let result = try runCommand(
                    ["serve", "--port", "0", "--data-dir", directory.file("data")] + flags, within: 10)
                #expect(result.exit == .code(78) && result.stderr.contains(word), "\(result)")
                #expect(!result.hasStackTrace)
            }
            try exit(["--tls-cert", certificate.file], telling: "tls-key")
            try exit(["--tls-key", certificate.key], telling: "tls-cert")
            try exit(["--tls-cert", "/none", "--tls-key", certificate.key], telling: "/none")
            try exit(["--tls-cert", certificate.file, "--tls-key", certificate.file], telling: "PEM")
            try exit(["--tls-cert", certificate.file, "--tls-key", other.key], telling: "does not belong")
        }

        private func move(_ file: String, to name: String) throws {
            guard rename(file, name) == 0 else { throw Failure("cannot rename \(file)") }
        }
    }
}
