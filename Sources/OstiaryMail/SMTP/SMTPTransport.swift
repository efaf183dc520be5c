// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
package import OstiaryCore
import Synchronization

/// Sends messages to a mail server, one after another on one connection, which is kept for a while.
package final class SMTPTransport: MailTransport {
    private let endpoint: SMTPEndpoint
    private let options: SMTPOptions
    private let tls: SMTPSecurity?
    private let group: MultiThreadedEventLoopGroup
    private let observer: MailDialogue?
    private let turns = AsyncSemaphore(width: 1)
    private let waiting = Atomic<Int>(0)
    /// Read and replaced by the one who has the turn.
    private let connection = Mutex<SMTPConnection?>(nil)

    /// Reads the trusted certificates. Blocks.
    /// - Parameters:
    ///   - group: the event loops, which must outlive the transport.
    ///   - observer: told of the dialogue.
    /// - Throws: ``MailURLError`` if the trusted certificates cannot be read.
    init(
        _ endpoint: SMTPEndpoint, options: SMTPOptions = SMTPOptions(),
        group: MultiThreadedEventLoopGroup = .singleton, observer: MailDialogue? = nil
    ) throws(MailURLError) {
        self.endpoint = endpoint
        self.options = options
        self.group = group
        self.observer = observer
        tls = endpoint.security == .none ? nil : try SMTPSecurity(endpoint)
    }

    /// Waits for its turn and sends. The turns come in the order of the calls, so that each call ends in
    /// ``SMTPOptions/totalTimeout``. Cancellation of the task does not end the wait.
    package func send(_ message: MailMessage) async throws(MailFailure) {
        let deadline = NIODeadline.now() + TimeAmount(clamped: options.totalTimeout)
        let envelope = SMTPEnvelope(message)
        let ahead = waiting.add(1, ordering: .relaxed).oldValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard ahead < options.waitingMessages else {
            throw MailFailure(.unavailable, step: "queue", reason: "too many messages wait for the mail server")
        }
        let outcome = await turns.pass { await deliver(envelope, deadline) }
        switch outcome {
        case .sent: return
        case .failed(let failure): throw failure
        case .stale: throw MailFailure(.unavailable, step: "sender", reason: "the mail server closed the connection")
        }
    }

    package func close() async {
        await turns.pass {
            guard let open = connection.withLock({ $0 }) else { return }
            connection.withLock { $0 = nil }
            await open.quit()
        }
    }

    private func deliver(_ envelope: SMTPEnvelope, _ deadline: NIODeadline) async -> SMTPOutcome {
        if let open = connection.withLock({ $0 }) {
            let outcome = await send(envelope, on: open, deadline)
            guard outcome == .stale else { return outcome }
        }
        let left = deadline - .now()
        guard left > .zero else {
            return .failed(MailFailure(.unavailable, step: "queue", reason: "no turn in time"))
        }
        do throws(MailFailure) {
            let opened = try await SMTPConnection.open(
                endpoint, tls: tls, options: options, within: min(left, TimeAmount(clamped: options.connectTimeout)),
                group: group, observer: observer)
            connection.withLock { $0 = opened }
            return await send(envelope, on: opened, deadline)
        } catch {
            return .failed(error)
        }
    }

    /// Sends, and forgets a connection that has ended.
    private func send(
        _ envelope: SMTPEnvelope, on open: SMTPConnection, _ deadline: NIODeadline
    ) async -> SMTPOutcome {
        let outcome = await open.send(envelope, deadline: deadline)
        let isOver: Bool =
            if case .failed(let failure) = outcome { failure.kind == .unavailable } else { outcome == .stale }
        if isOver { connection.withLock { $0 = nil } }
        return outcome
    }
}
