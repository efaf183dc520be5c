// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd {
    @Suite struct Signals {
        @Test("SIGHUP never ends a server without a certificate")
        func hangup() throws {
            let server = try ServerProcess()
            let (_, tokens) = try WireClient(port: server.port).newSession()
            for _ in 0..<3 {
                server.send(signal: SIGHUP)
                pause(0.05)
            }
            let told: Bool? = waitUntil(10) { server.output.contains("settings read again") ? true : nil }
            #expect(told == true && server.isRunning)
            #expect(try WireClient(port: server.port).me(tokens.access).status == 200)
            #expect(server.terminate() == .code(0))
        }

        @Test("SIGHUP during the start of a server without a certificate ends nothing")
        func early() throws {
            let directory = try TemporaryDirectory()
            let (port, output) = (try FreePorts.next(), directory.file("out"))
            let child = try ChildProcess(
                OstiaryBinary.path(), ["serve", "--port", "\(port)", "--data-dir", directory.file("data")],
                environment: [:], output: output, errors: output)
            let begun: Bool? = waitUntil(10, every: 500) { access(directory.file("data"), F_OK) == 0 ? true : nil }
            #expect(begun == true)
            let ready: Bool? = waitUntil(20, every: 20_000) {
                child.send(signal: SIGHUP)
                return WireClient.readiness(port) == 200 ? true : nil
            }
            #expect(ready == true && child.exit() == nil, "\(text(ofFile: output))")
            child.send(signal: SIGTERM)
            #expect(child.exit(within: 20) == .code(0))
        }
    }
}

extension EndToEnd {
    @Suite struct Starting {
        @Test("an IPv6 address alone is one to listen on")
        func alone() throws {
            let directory = try TemporaryDirectory()
            let output = directory.file("out")
            let child = try ChildProcess(
                OstiaryBinary.path(), ["serve", "::1", "--port", "0", "--data-dir", directory.file("data")],
                environment: [:], output: output, errors: output)
            // A machine without IPv6 cannot listen there, and says so.
            let told: Bool? = waitUntil(20) { text(ofFile: output).contains("[::1]:") ? true : nil }
            #expect(told == true, "\(text(ofFile: output))")
            child.send(signal: SIGTERM)
            _ = child.exit(within: 20)
        }

        @Test("a server that may open few files says so at the start, and serves")
        func few() throws {
            for (limit, isFew) in [(200, true), (1_024, false)] {
                let server = try ServerProcess(
                    launcher: ["/bin/bash", "-c", "ulimit -n \(limit) && exec \"$@\"", "bash"])
                #expect(server.output.contains("may open few files") == isFew, "\(limit)")
                #expect(try WireClient(port: server.port).newSession().tokens.access.isEmpty == false)
                #expect(server.terminate() == .code(0))
            }
        }
    }
}

@Suite("Addresses to listen on")
struct AddressTests {
    @Test(
        "an IPv6 address needs brackets in front of a port",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:80", "[::1]:80"), ("localhost:0", "localhost:0"), ("::1", nil),
            ("fe80::1:80", nil), ("[]:80", nil), (":80", nil), ("a:65536", nil), ("a", nil),
        ] as [(String, String?)])
    func reading(text: String, expected: String?) {
        #expect(ServerAddress(text).map { "\($0)" } == expected)
    }

    @Test("a port below 1024 without the right to it has its own advice")
    func privileged() {
        let denied = IOError(errnoCode: EACCES, reason: "bind")
        let low = StartError.address(.network(ServerAddress(host: "0.0.0.0", port: 80)), denied)
        #expect(low.description.contains("CAP_NET_BIND_SERVICE") && low.exitCode == 69)
        let high = StartError.address(.network(ServerAddress(host: "0.0.0.0", port: 8080)), denied)
        #expect(!high.description.contains("CAP_NET_BIND_SERVICE"))
    }
}
