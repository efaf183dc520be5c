// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import OstiaryCore
import OstiaryHTTP
import OstiaryMail
import ServiceLifecycle

/// The outbox of a server and its delivery, put together.
struct MailRoom {
    let outbox: Outbox
    let delivery: MailDelivery
    let condition: MailCondition

    /// Reads the templates and the certificates of the mail server. Blocks.
    /// - Returns: nil if the server sends no mail.
    /// - Throws: ``StartError``.
    init?(_ installation: Installation, root: RootSecret, logger: Logger) throws(StartError) {
        let configuration = installation.configuration
        guard let mail = configuration.mail, let publicURL = configuration.publicURL else { return nil }
        let secrets = OneTimeSecrets(root: root)
        let signal = MailSignal()
        let sender: any MailSending =
            if let own = installation.mailSending { own } else { try mail.sender(publicURL: publicURL) }
        outbox = Outbox(
            store: installation.storage.outbox, settings: installation.settings, secrets: secrets, wake: signal.wake)
        let worker = OutboxWorker(
            store: installation.storage.outbox, sender: sender, settings: installation.settings, secrets: secrets,
            targets: LinkTargets(base: publicURL.text, own: mail.links), now: installation.now,
            report: MailNotes(logger: logger).note)
        delivery = MailDelivery(worker: worker, sender: sender, signal: signal, logger: logger)
        condition = MailCondition(worker: worker, outbox: installation.storage.outbox, settings: installation.settings)
    }
}

extension MailConfiguration {
    /// - Parameter observer: told of the dialogue with a mail server.
    /// - Throws: ``StartError`` if templates or certificates cannot be read.
    func sender(publicURL: PublicURL, observer: MailDialogue? = nil) throws(StartError) -> Mailer {
        let templates: MailTemplates
        do { templates = try MailTemplates(replacedIn: self.templates) } catch { throw .templates(error) }
        let site = String(publicURL.origin.drop { $0 != "/" }.dropFirst(2))
        do { return try Mailer(url, from: sender, templates: templates, site: site, observer: observer) } catch {
            throw .mail(error)
        }
    }
}

/// Counts the messages that wait, once a minute.
struct MailCounting: Service {
    let outbox: any OutboxStore
    let now: WallClock
    let logger: Logger
    var interval: Duration = .seconds(60)

    func run() async throws {
        let (waiting, failed) = (Metric.mailWaiting.gauge(), Metric.mailFailed.gauge())
        let oldest = Metric.mailOldest.gauge()
        for gauge in [waiting, failed, oldest] { gauge.record(0) }
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                let now = self.now()
                guard let counts = try? await outbox.counts(in: RequestContext(actor: .system, now: now)) else {
                    continue
                }
                waiting.record(counts.waiting)
                failed.record(counts.failed)
                oldest.record(counts.oldest.map { max(0, now.seconds - $0.seconds) } ?? 0)
            }
        }
    }
}
