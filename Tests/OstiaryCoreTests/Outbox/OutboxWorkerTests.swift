// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

/// A way on which messages leave, or fail as told.
private final class Way: MailSending {
    let sent = Mutex<[Mail]>([])
    let failure = Mutex<MailFailure?>(nil)

    func send(_ mail: Mail) async throws(MailFailure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        sent.withLock { $0.append(mail) }
    }

    func close() async {}

    var kinds: [MailKind] { sent.withLock { $0.map(\.kind) } }
    func fail(_ kind: MailFailure.Kind?) {
        failure.withLock { $0 = kind.map { MailFailure($0, step: "recipient", code: 451, reason: "told so") } }
    }
}

/// The worker on stores in memory, with a clock that stands.
@Suite struct OutboxWorkerTests {
    private let services: Services
    private let way = Way()
    private let reports = Reports()
    private let worker: OutboxWorker
    private let outbox: Outbox
    private let secrets: OneTimeSecrets

    private final class Reports: Sendable {
        let all = Mutex<[OutboxWorker.Report]>([])
    }

    init() throws {
        services = try Services()
        secrets = OneTimeSecrets(root: try RootSecret.test())
        outbox = Outbox(store: services.storage, settings: services.settings, secrets: secrets)
        let reports = reports
        worker = OutboxWorker(
            store: services.storage, sender: way, settings: services.settings, secrets: secrets,
            targets: LinkTargets(base: "https://id.example.com", own: [.reset: "https://app.example.com/r#{token}"]),
            now: services.clock.now, jitter: { 0 }, report: { report in reports.all.withLock { $0.append(report) } })
    }

    private var email: EmailAddress {
        get throws { try #require(EmailAddress("first@example.com")) }
    }

    private func waiting() async throws -> [OutboxMessage] {
        try await services.storage.messages(failed: false, after: 0, limit: 10, in: services.context())
    }

    private func failed() async throws -> [OutboxMessage] {
        try await services.storage.messages(failed: true, after: 0, limit: 10, in: services.context())
    }

    @Test("a reset goes to its own target, with the token whose digest is live")
    func link() async throws {
        _ = try await services.session()
        let nonce = try await outbox.put(.reset, to: email, in: services.context())
        try await worker.drain()
        let mail = try #require(way.sent.withLock { $0.first })
        let token = secrets.token(nonce, for: .reset)
        #expect(mail.link == "https://app.example.com/r#\(token.text)" && mail.code == nil && mail.lifetime == 3_600)
        let found = try await services.storage.find([.reset: token.digest(for: .reset)], in: services.context())
        #expect(found?.email == "first@example.com")
        #expect(try await waiting().isEmpty)
    }

    @Test("what the server puts off is tried after 30 s, 2 min and so on, and not after it has expired")
    func deferred() async throws {
        _ = try await services.session()
        try await outbox.put(.reset, to: email, in: services.context())
        way.fail(.deferred)
        var attempts: [Int] = []
        for second in 0..<3_700 {
            let before = reports.all.withLock { $0.count }
            try await worker.drain()
            if reports.all.withLock({ $0.count }) > before { attempts.append(second) }
            services.clock.advance(seconds: 1)
        }
        #expect(attempts == [0, 30, 150, 750, 2_550], "\(attempts)")
        let message = try #require(try await failed().first)
        #expect(message.attempts == 5 && message.failure == "recipient: told so (451)")
    }

    @Test("what the server refuses is not tried again")
    func refused() async throws {
        _ = try await services.session()
        try await outbox.put(.reset, to: email, in: services.context())
        way.fail(.refused)
        try await worker.drain()
        way.fail(nil)
        services.clock.advance(seconds: 300)
        try await worker.drain()
        #expect(try await failed().count == 1 && way.kinds.isEmpty)
    }

    @Test("a server that is away costs no message a try, and stops the queue for a while")
    func unavailable() async throws {
        _ = try await services.session()
        for _ in 0..<3 { try await outbox.put(.reset, to: email, in: services.context()) }
        way.fail(.unavailable)
        for _ in 0..<100 {
            try await worker.drain()
            services.clock.advance(seconds: 10)
        }
        #expect(try await waiting().map(\.attempts) == [0, 0, 0])
        let pauses = reports.all.withLock { $0.count }
        #expect((3...12).contains(pauses), "\(pauses) tries in 1,000 s")
        #expect(worker.failure?.step == "recipient")
        way.fail(nil)
        services.clock.advance(seconds: 300)
        try await worker.drain()
        #expect(way.kinds == [.reset, .reset, .reset])
        #expect(reports.all.withLock { $0.contains(.resumed) })
        #expect(worker.failure == nil)
    }

    @Test("a registration with a taken address sends the owner a message without a link")
    func taken() async throws {
        _ = try await services.session()
        let address = try email
        try await outbox.put(
            .register, to: address,
            pending: { digest, expiry in
                PendingRegistration(
                    digest: digest, email: address, encodedPassword: "x", expiresAt: expiry)
            }, in: services.context(ClientOrigin(acceptLanguage: "fr-CH, de;q=0.5")))
        try await worker.drain()
        let mail = try #require(way.sent.withLock { $0.first })
        #expect(mail.kind == .alreadyRegistered && mail.link == nil && mail.language == .french)
    }

    @Test("a full outbox refuses a request before anything else")
    func full() async throws {
        for _ in 0..<100 { try await outbox.put(.reset, to: email, in: services.context()) }
        let small = Outbox(
            store: services.storage,
            settings: try DynamicSettings(
                store: services.storage, pins: ["MAIL_QUEUE_LIMIT": "100"], logger: .init(label: "test"),
                now: services.clock.now),
            secrets: secrets)
        await #expect(throws: Overloaded.self) { try await small.put(.reset, to: email, in: services.context()) }
    }
}
