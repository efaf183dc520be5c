// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("Mail servers that misbehave", .onItsOwnThread) struct HostileServerTests {
    private static let steps = [
        ("connect", "banner"), ("ehlo", "ehlo"), ("starttls", "starttls"), ("tls", "tls"), ("secured", "ehlo"),
        ("auth", "auth"), ("mail", "sender"), ("rcpt", "recipient"), ("data", "data"), ("message", "message"),
    ]
    /// What a server can do at any step, and what is heard of it.
    private static let deeds = [
        ("close", "the mail server closed the connection"), ("silence", "no answer in time"),
        ("garbage", "the reply is not one of SMTP"), ("http", "the reply is not one of SMTP"),
        ("line", "a line of the reply is too long"), ("reply", "the reply is too long"),
        ("codes", "the lines of the reply have different codes"), ("421", "the mail server closes the connection"),
    ]
    private static let special = [
        "ehlo:stripped", "starttls:injected", "starttls:plain", "tls:name", "secured:stripped", "connect:drip",
        "connect:554", "mail:drip", "idle:close", "idle:421", "next:421", "next:close", "next:550", "none:none",
    ]

    private static let servers = Result {
        let certificates = try MailCertificates.shared.get()
        let names = steps.flatMap { step in deeds.map { "\(step.0):\($0.0)" } } + special
        let files = [
            certificates.server.file, certificates.server.key, certificates.other.file, certificates.other.key,
        ]
        let peer = try MailPeer("hostile", files + names) { $0 == "ready" }
        let ports = peer.lines.compactMap { line -> (String, String)? in
            let words = line.split(separator: " ")
            return words.count == 2 ? (String(words[0]), String(words[1])) : nil
        }
        return (peer: peer, ports: Dictionary(uniqueKeysWithValues: ports))
    }

    private func url(_ name: String) throws -> String {
        let port = try #require(try Self.servers.get().ports[name])
        return "smtp://me:secret@localhost:\(port)?ca=\(try MailCertificates.shared.get().authority)"
    }

    private func failure(_ name: String, step timeout: Duration = .milliseconds(400)) async throws -> MailFailure? {
        let start = ContinuousClock.now
        defer { #expect(seconds(since: start) < 20, "\(name)") }
        return try await withTransport(
            try url(name),
            {
                $0.stepTimeout = timeout
                $0.totalTimeout = .seconds(30)
            }
        ) { transport in
            await #expect(throws: MailFailure.self, "\(name)") { try await transport.send(SampleMails.message()) }
        }
    }

    @Test("each deed at each step is an outage, told by its step and no word of the server", arguments: deeds)
    func everywhere(deed: String, reason: String) async throws {
        for (step, name) in Self.steps {
            let failure = try await failure(
                "\(step):\(deed)", step: deed == "silence" ? .milliseconds(400) : .seconds(10))
            #expect(failure?.kind == .unavailable, "\(step):\(deed) \(String(describing: failure))")
            // Bytes in the place of TLS may come with the reply to STARTTLS or after it, and have errors of their own.
            let isThere = failure?.step == name || (step == "tls" && failure?.step == "starttls")
            #expect(isThere, "\(step):\(deed) \(String(describing: failure))")
            #expect(step == "tls" || failure?.reason == reason, "\(step):\(deed) \(String(describing: failure))")
        }
    }

    @Test(
        "TLS cannot be taken away or foreseen",
        arguments: [
            ("ehlo:stripped", "ehlo: the mail server offers no STARTTLS"),
            ("starttls:injected", "starttls: bytes arrived before TLS"), ("starttls:plain", "tls: TLS failed"),
            ("tls:name", "tls: the certificate is not for this host"),
            ("secured:stripped", "auth: the mail server offers neither AUTH PLAIN nor AUTH LOGIN"),
            ("connect:554", "banner: the mail server takes no mail (554)"),
        ])
    func taken(name: String, failure: String) async throws {
        #expect(try await self.failure(name, step: .seconds(10)).map { "\($0)" } == failure)
    }

    @Test(
        "a server that sends a byte now and then does not get more than the time of a step",
        arguments: ["connect", "mail"])
    func drip(step: String) async throws {
        #expect(try await failure("\(step):drip")?.reason == "no answer in time")
    }

    @Test(
        "a connection that the server has closed meanwhile is replaced",
        arguments: ["idle:close", "idle:421", "next:421", "next:close"])
    func replaced(name: String) async throws {
        try await withTransport(try url(name)) { transport in
            for _ in 1...3 { try await transport.send(SampleMails.message()) }
        }
    }

    @Test("a refusal on a connection in use is a refusal")
    func refusedLater() async throws {
        try await withTransport(try url("next:550"), { $0.stepTimeout = .seconds(5) }) { transport in
            try await transport.send(SampleMails.message())
            let failure = await #expect(throws: MailFailure.self) { try await transport.send(SampleMails.message()) }
            #expect(failure?.kind == .refused && failure?.code == 550)
        }
    }

    @Test("who waits for a turn behind a silent server waits no longer than its own time")
    func turns() async throws {
        let start = ContinuousClock.now
        try await withTransport(
            try url("data:silence"),
            {
                $0.stepTimeout = .seconds(30)
                $0.totalTimeout = .seconds(3)
                $0.waitingMessages = 5
            }
        ) { transport in
            await withTaskGroup(of: MailFailure?.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        do throws(MailFailure) {
                            guard let message = try? SampleMails.message() else { return nil }
                            try await transport.send(message)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                let failures = await group.reduce(into: [MailFailure]()) { if let failure = $1 { $0.append(failure) } }
                #expect(failures.count == 8 && failures.allSatisfy { $0.kind == .unavailable })
                #expect(failures.count { $0.reason == "too many messages wait for the mail server" } == 3)
            }
        }
        #expect(seconds(since: start) < 12)
    }
}
