// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import OstiaryCore
import ServiceLifecycle
import Synchronization

/// Wakes the delivery when a message waits.
final class MailSignal: Sendable {
    let calls: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (calls, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    @Sendable func wake() { continuation.yield() }

    func end() { continuation.finish() }
}

/// Sends the messages of the outbox: at once when this server has put one there, and every few seconds those of other
/// servers and those that are to be tried again.
struct MailDelivery: Service {
    let worker: OutboxWorker
    let sender: any MailSending
    let signal: MailSignal
    let logger: Logger
    var interval: Duration = .seconds(5)

    func run() async throws {
        let isEnding = Atomic(false)
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { signal.wake() }
                }
                var told: String?
                for await _ in signal.calls {
                    let reason = await drain { isEnding.load(ordering: .relaxed) }
                    // A database that is away is told once, and not every five seconds.
                    if let reason, reason != told {
                        logger.error("the outbox cannot be read", metadata: ["error": "\(reason)"])
                    }
                    told = reason
                }
                group.cancelAll()
            }
            await sender.close()
        } onGracefulShutdown: {
            // The message under way is finished; those that are claimed are given back.
            isEnding.store(true, ordering: .relaxed)
            signal.end()
        }
    }

    /// - Returns: the reason of a failure; nil if there was none.
    private func drain(until isEnding: @Sendable () -> Bool) async -> String? {
        do {
            try await worker.drain(until: isEnding)
            return nil
        } catch {
            return String(reflecting: error)
        }
    }
}

/// Counts attempts and logs those that an operator should know. The counters are there, at 0, from the start.
struct MailNotes: Sendable {
    private let sent = Metric.mail.counter("sent")
    private let deferred = Metric.mail.counter("deferred")
    private let failed = Metric.mail.counter("failed")
    private let unavailable = Metric.mail.counter("unavailable")
    let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func note(_ report: OutboxWorker.Report) {
        switch report {
        case .sent(let kind):
            sent.increment()
            logger.debug("mail sent", metadata: ["kind": "\(kind.rawValue)"])
        case .deferred(let id, let failure):
            deferred.increment()
            logger.info("a mail is tried again later", metadata: ["message": "\(id)", "reason": "\(failure)"])
        case .failed(let id, let failure):
            failed.increment()
            logger.warning("a mail was not sent", metadata: ["message": "\(id)", "reason": "\(failure)"])
        case .paused(let failure, let seconds):
            unavailable.increment()
            logger.warning(
                "no mail leaves at the moment", metadata: ["reason": "\(failure)", "retry": "\(seconds) s"])
        case .resumed:
            logger.notice("mail leaves again")
        }
    }
}
