// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryMail

@Suite("A real mail server, aiosmtpd", .onItsOwnThread) struct AiosmtpdTests {
    private static let receivers = Result {
        try Dictionary(uniqueKeysWithValues: Receiver.Mode.allCases.map { ($0, try Receiver($0)) })
    }

    private func receiver(_ mode: Receiver.Mode) throws -> Receiver { try #require(try Self.receivers.get()[mode]) }

    private func failure(_ url: String, to recipient: String = "ann@example.org") async throws -> MailFailure? {
        try await withTransport(url) { transport in
            await #expect(throws: MailFailure.self) { try await transport.send(SampleMails.message(to: recipient)) }
        }
    }

    @Test("a message arrives as it was written", arguments: Receiver.Mode.allCases)
    func arrives(_ mode: Receiver.Mode) async throws {
        let receiver = try receiver(mode)
        let id = "arrives\(mode)"
        let message = try SampleMails.message(".\n..\n.a\n\n.\nlast", to: "\(id)@example.org", id: id)
        try await withTransport(try receiver.url()) { try await $0.send(message) }
        let arrived = try #require(try receiver.messages().first { $0.recipient == "\(id)@example.org" })
        #expect(arrived.bytes == message.bytes)
        #expect(arrived.sender == "ostiary@example.com")
        let mechanism = mode == .login ? "LOGIN" : "PLAIN"
        #expect(mode == .plain ? arrived.user.isEmpty : arrived.user == "me by \(mechanism)")
    }

    @Test("a wrong password is found out", arguments: [Receiver.Mode.starttls, .login, .implicit])
    func wrongPassword(_ mode: Receiver.Mode) async throws {
        let failure = try await failure(try receiver(mode).url(login: "me:wrong@"))
        #expect(
            failure == MailFailure(.unavailable, step: "auth", code: 535, reason: "the mail server refuses the login"))
    }

    @Test("a login that the server asks for and nobody gives is no fault of the message")
    func noLogin() async throws {
        let failure = try await failure(try receiver(.starttls).url(login: ""))
        #expect(
            failure
                == MailFailure(.unavailable, step: "sender", code: 530, reason: "the mail server wants a login or TLS"))
    }

    @Test("no certificate of another authority is taken", arguments: [Receiver.Mode.starttls, .implicit])
    func authority(_ mode: Receiver.Mode) async throws {
        let stranger = try MailCertificates.shared.get().stranger
        let failure = try await failure(try receiver(mode).url(authority: stranger))
        #expect(failure == MailFailure(.unavailable, step: "tls", reason: "the certificate is not trusted"))
    }

    @Test("a server that speaks TLS is not spoken to without it, and the other way round")
    func mismatched() async throws {
        let implicit = try receiver(.implicit).url().replacing("smtps://", with: "smtp://")
        let failure = try await withTransport(implicit, { $0.stepTimeout = .milliseconds(300) }) { transport in
            await #expect(throws: MailFailure.self) { try await transport.send(SampleMails.message()) }
        }
        #expect(failure?.step == "banner" && failure?.kind == .unavailable)
        let plain = try await self.failure(try receiver(.starttls).url().replacing("smtp://", with: "smtps://"))
        #expect(plain?.step == "tls" && plain?.kind == .unavailable)
    }

    @Test("refusals and delays are told apart, and the connection is used on")
    func refused() async throws {
        // A server of its own: it counts the connections.
        let receiver = try Receiver(.starttls)
        try await withTransport(try receiver.url()) { transport in
            for (name, kind, code) in [
                ("refused", MailFailure.Kind.refused, 550), ("later", .deferred, 451), ("refused-data", .refused, 554),
            ] {
                let message = try SampleMails.message(to: "\(name)@example.org")
                let failure = await #expect(throws: MailFailure.self) { try await transport.send(message) }
                #expect(failure?.kind == kind && failure?.code == code)
            }
            for number in 1...3 { try await transport.send(SampleMails.message(to: "good\(number)@example.org")) }
        }
        let connections = try receiver.messages().filter { $0.recipient.hasPrefix("good") }.map(\.connections)
        #expect(connections.count == 3 && Set(connections).count == 1)
    }

    @Test("many senders share one connection, which is replaced after its number of messages")
    func shared() async throws {
        let receiver = try Receiver(.plain)
        try await withTransport(try receiver.url(), { $0.messagesPerConnection = 10 }) { transport in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...25 {
                    group.addTask { try await transport.send(SampleMails.message(to: "a\(number)@example.org")) }
                }
                try await group.waitForAll()
            }
        }
        let messages = try receiver.messages()
        #expect(Set(messages.map(\.recipient)).count == 25 && messages.count == 25)
        #expect(messages.last?.connections == 3)
    }

    @Test("a connection that is not used ends, and a new one follows")
    func idle() async throws {
        let receiver = try Receiver(.plain)
        let lines = Mutex<[String]>([])
        let observer: MailDialogue = { line in lines.withLock { $0.append(line) } }
        try await withTransport(try receiver.url(), { $0.idleTime = .milliseconds(50) }, observer: observer) {
            transport in
            try await transport.send(SampleMails.message())
            let said: Bool? = waitUntil(10) { lines.withLock { $0.contains { $0.hasPrefix("S: 221") } } ? true : nil }
            #expect(said == true)
            try await transport.send(SampleMails.message())
        }
        #expect(try receiver.messages().map(\.connections) == [1, 2])
        #expect(lines.withLock { $0.contains("C: QUIT") })
    }

    @Test("nobody at the port")
    func nobody() async throws {
        let port = try FreePorts.next()
        let failure = try await failure("smtp://127.0.0.1:\(port)?tls=off")
        #expect(failure == MailFailure(.unavailable, step: "connect", reason: "the connection was refused"))
        let unknown = try await self.failure("smtp://mx.invalid:\(port)")
        #expect(unknown?.step == "connect" && unknown?.kind == .unavailable)
    }

    @Test("certificates that cannot be read are a start error")
    func certificates() {
        #expect(throws: MailURLError.self) {
            guard case .smtp(let endpoint) = try MailURL("smtp://h?ca=/nowhere").target else { return }
            _ = try SMTPTransport(endpoint)
        }
    }
}
