// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("A mail server that throws away", .onItsOwnThread) struct SinkTests {
    /// Postfix's own sink, which is faster than any real server.
    @Test("one connection takes some hundred messages a second")
    func rate() async throws {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        let postfix = "\(root)/.build/packages/postfix/usr"
        let (port, directory) = (try FreePorts.next(), try TemporaryDirectory())
        let sink = try ChildProcess(
            "\(postfix)/sbin/smtp-sink", (geteuid() == 0 ? ["-u", "nobody"] : []) + ["127.0.0.1:\(port)", "64"],
            environment: ["LD_LIBRARY_PATH": "\(postfix)/lib/postfix"], output: directory.file("output"),
            errors: directory.file("output"))
        defer { sink.killNow() }
        let isReady: Bool? = waitUntil(10) {
            if sink.exit() != nil { return false }
            guard let probe = try? Loopback.socket() else { return nil }
            defer { close(probe) }
            return Loopback.withAddress(port) { connect(probe, $0, $1) } == 0 ? true : nil
        }
        try #require(isReady == true, "\(text(ofFile: directory.file("output")))")
        let count = TestScale.count(1_000)
        let messages = try (0..<count).map { try SampleMails.message(id: "m\($0)") }
        let start = ContinuousClock.now
        try await withTransport("smtp://127.0.0.1:\(port)?tls=off") { transport in
            for message in messages { try await transport.send(message) }
        }
        let rate = Double(count) / seconds(since: start)
        figure("mails to smtp-sink on one connection", "\(Int(rate)) /s")
        #expect(rate > 200)
    }
}
