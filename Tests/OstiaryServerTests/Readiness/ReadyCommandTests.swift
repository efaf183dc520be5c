// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryServer
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary check --ready`, by which supervisors without an HTTP client ask a running server.
    @Suite struct ReadyCommand {
        private func check(_ arguments: String...) throws -> CommandResult {
            try runCommand(["check", "--ready"] + arguments)
        }

        @Test("a server at a port of this machine, or of all its addresses, is asked")
        func port() throws {
            for arguments in [[], ["--host", "0.0.0.0"]] {
                let server = try ServerProcess(arguments)
                let port = "\(server.port)"
                let result = try runCommand(["check", "--ready", "--port", port] + arguments)
                #expect(result.exit == .code(0), "\(result)")
                #expect(result.stdout.hasPrefix(#"{"status":"ready","#) && result.stdout.hasSuffix("}\n"), "\(result)")
                #expect(server.terminate() == .code(0))
                // The request looks like one of a client without a proxy, not like a broken one.
                let warnings = server.output.ranges(of: #""level":"warning""#).count
                #expect(warnings == 1 && server.output.contains("throttling is off"), "\(server.output)")
                let after = try check("--port", port)
                #expect(after.exit == .code(69) && after.stdout.isEmpty)
                #expect(
                    after.stderr.contains("No server answers at 127.0.0.1:\(port): Connection refused."), "\(after)")
            }
        }

        @Test("a server on a unix socket is asked, as its file of configuration says")
        func socket() throws {
            let directory = try TemporaryDirectory()
            let path = directory.file("s")
            let file = directory.file("ostiary.json")
            try Data(#"{"host": "unix:\#(path)"}"#.utf8).write(to: URL(filePath: file))
            #expect(try check("--config", file).exit == .code(69))
            let server = try ServerProcess(
                ["--trusted-hops", "1", "--host", "unix:\(path)"],
                status: { _ in (try? runCommand(["check", "--ready", "--config", file]).exit) == .code(0) ? 200 : nil })
            #expect(server.terminate() == .code(0))
        }

        @Test("a server with a certificate of its own is asked by https")
        func https() throws {
            let directory = try TemporaryDirectory()
            let authority = try CertificateAuthority(in: directory)
            let certificate = try authority.certificate(for: "id.example.com")
            let options = ["--tls-cert", certificate.file, "--tls-key", certificate.key]
            let server = try ServerProcess(
                options,
                status: { port in
                    (try? runCommand(["check", "--ready", "--port", "\(port)"] + options).exit) == .code(0) ? 200 : nil
                })
            let plain = try check("--port", "\(server.port)")
            #expect(plain.exit == .code(69), "\(plain)")
            #expect(server.terminate() == .code(0))
        }

        private func expect(_ reason: String, of flags: [ConfigurationKey: String], patience: Duration) async throws {
            let configuration = try ServerConfiguration(flags: flags, environment: [:])
            let probe = try ReadinessProbe(configuration, patience: patience)
            let error = await #expect(throws: StartError.self) { try await probe.ask() }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }

        @Test("a listener that is silent, or speaks something else, is no server")
        func others() async throws {
            let silent = try ListeningSocket(port: FreePorts.next())
            defer { silent.close() }
            try await expect("no answer in time", of: [.port: "\(silent.port)"], patience: .milliseconds(300))
            let directory = try TemporaryDirectory()
            for (text, reason) in [
                ("220 mail.example.com ESMTP\r\n", "what listens there does not speak HTTP"),
                (
                    "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + String(repeating: "x", count: 70_000),
                    "does not"
                ),
            ] {
                let path = directory.file("s\(text.utf8.count)")
                let listener = try SpeakingSocket(path, says: text)
                try await expect(reason, of: [.host: "unix:\(path)"], patience: .seconds(20))
                withExtendedLifetime(listener) {}
            }
        }

        @Test("a port that the configuration does not know, and flags of other checks, are refused")
        func refused() throws {
            let unknown = try check("--port", "0")
            #expect(
                unknown.exit == .code(78) && unknown.stderr.contains("Give the port that its log shows"), "\(unknown)")
            #expect(try check("--deploy").exit == .code(64))
        }
    }
}
