// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Sends the messages of the outbox, one after the other.
///
/// Several workers may share an outbox. A message is claimed before it is sent and deleted afterwards, so it goes out
/// twice only if the process ends between the last answer of the mail server and the deletion.
package final class OutboxWorker: Sendable {
    /// The messages that are claimed at once.
    static let batch = 32
    /// The seconds of a lease; a delivery has given up long before.
    static let lease = 300
    /// The seconds of a lease after which no further message of a batch is begun.
    static let latestStart = 120

    private let store: any OutboxStore
    private let sender: any MailSending
    private let settings: DynamicSettings
    private let secrets: OneTimeSecrets
    private let targets: LinkTargets
    private let now: WallClock
    private let jitter: @Sendable () -> Double
    private let report: @Sendable (Report) -> Void
    private let state = Mutex(State())

    private struct State {
        var pausedUntil: Timestamp?
        var unavailable = 0
        var failure: MailFailure?
    }

    /// The reason for which the last attempt found that no message leaves; nil if it found nothing of that kind.
    package var failure: MailFailure? { state.withLock { $0.failure } }

    /// The fate of an attempt, for logs and metrics. It names no address and no link.
    package enum Report: Sendable, Equatable {
        case sent(MailKind)
        /// Another attempt follows.
        case deferred(OutboxMessage.ID, MailFailure)
        /// No other attempt follows.
        case failed(OutboxMessage.ID, MailFailure)
        /// No message leaves at the moment; the next attempt is in so many seconds.
        case paused(MailFailure, seconds: Int)
        /// Messages leave again.
        case resumed
    }

    /// - Parameters:
    ///   - jitter: returns 0..<1.
    ///   - report: called after each attempt; must not block.
    package init(
        store: any OutboxStore, sender: any MailSending, settings: DynamicSettings, secrets: OneTimeSecrets,
        targets: LinkTargets, now: @escaping WallClock = Timestamp.now,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.store = store
        self.sender = sender
        self.settings = settings
        self.secrets = secrets
        self.targets = targets
        self.now = now
        self.jitter = jitter
        self.report = report
    }

    /// Sends everything that is due.
    /// - Parameter isEnding: returns true when no further message is to be begun.
    /// - Throws: ``StoreUnavailable``.
    package func drain(until isEnding: @Sendable () -> Bool = { false }) async throws {
        while !isEnding() {
            let start = now()
            if let pause = state.withLock({ $0.pausedUntil }), pause > start { return }
            let claim = OutboxClaim(until: start.adding(seconds: Self.lease))
            let messages = try await store.claim(Self.batch, claim, in: context(start))
            if messages.isEmpty { return }
            var isWhole = true
            for message in messages {
                guard !isEnding(), now() < start.adding(seconds: Self.latestStart),
                    try await deliver(message, claim)
                else {
                    isWhole = false
                    break
                }
            }
            if !isWhole { try await store.release(claim, in: context(now())) }
        }
    }

    /// - Returns: false if no message leaves at the moment.
    private func deliver(_ message: OutboxMessage, _ claim: OutboxClaim) async throws -> Bool {
        guard message.message.expiresAt > now() else {
            let failure = MailFailure(.refused, step: "queue", reason: "the link has expired while the message waited")
            try await fail(message, claim, failure, due: nil)
            return true
        }
        let prepared = try await store.prepare(message, claim, preparation(of: message.message), in: context(now()))
        guard let prepared else { return true }
        do {
            try await sender.send(mail(message, prepared))
        } catch {
            return try await note(error, message, claim)
        }
        try await store.sent(message.id, claim, in: context(now()))
        report(.sent(prepared.kind))
        let wasPaused = state.withLock { state in
            defer { state = State() }
            return state.unavailable > 0
        }
        if wasPaused { report(.resumed) }
        return true
    }

    private func note(
        _ failure: MailFailure, _ message: OutboxMessage, _ claim: OutboxClaim
    ) async throws -> Bool {
        let now = self.now()
        // The mail server is there if it judges a message.
        state.withLock { $0.failure = failure.kind == .unavailable ? failure : nil }
        switch failure.kind {
        case .refused:
            try await fail(message, claim, failure, due: nil)
            return true
        case .deferred:
            let next = MailRetry.next(
                after: message.attempts + 1, expiresAt: message.message.expiresAt, now: now, jitter: jitter())
            try await fail(message, claim, failure, due: next)
            return true
        case .unavailable:
            // The message keeps its place and its attempts: it is not the cause.
            try await store.failed(
                message.id, claim, because: failure.description, due: message.dueAt, isCounted: false,
                in: context(now))
            let seconds = state.withLock { state in
                state.unavailable += 1
                let seconds = MailRetry.pause(after: state.unavailable)
                state.pausedUntil = now.adding(seconds: seconds)
                return seconds
            }
            report(.paused(failure, seconds: seconds))
            return false
        }
    }

    private func fail(
        _ message: OutboxMessage, _ claim: OutboxClaim, _ failure: MailFailure, due: Timestamp?
    ) async throws {
        try await store.failed(
            message.id, claim, because: failure.description, due: due, isCounted: true, in: context(now()))
        report(due == nil ? .failed(message.id, failure) : .deferred(message.id, failure))
    }

    private func preparation(of message: NewOutboxMessage) -> MailPreparation {
        var preparation = MailPreparation()
        if let purpose = LinkPurpose(message.kind) {
            let digest = secrets.token(message.nonce, for: purpose).digest(for: purpose)
            preparation.link = MailPreparation.Link(purpose, digest: digest, expiresAt: message.expiresAt)
        }
        if message.kind.hasCode {
            let token = secrets.loginToken(message.nonce)
            preparation.code = MailPreparation.Code(
                token: token.digest, code: token.digest(ofCode: secrets.code(message.nonce)))
        }
        if !message.kind.isNotice, case .limit(let number, let period) = settings.snapshot[.throttleMailAddress] {
            preparation.hourlyLimit = max(1, number * 3_600 / period.seconds)
        }
        return preparation
    }

    private func mail(_ message: OutboxMessage, _ prepared: PreparedMail) -> Mail {
        let asked = message.message
        let purpose = LinkPurpose(prepared.kind)
        return Mail(
            prepared.kind, to: prepared.recipient, language: asked.language,
            link: purpose.map { targets.url(of: $0, secrets.token(asked.nonce, for: $0)) },
            code: prepared.kind.hasCode ? secrets.code(asked.nonce) : nil,
            lifetime: purpose.map { settings.snapshot.lifetime(of: $0) }, event: asked.event,
            id: secrets.messageID(asked.nonce), date: message.createdAt)
    }

    private func context(_ now: Timestamp) -> RequestContext { RequestContext(actor: .system, now: now) }
}
