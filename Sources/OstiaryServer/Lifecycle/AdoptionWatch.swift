// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiarySQL
import ServiceLifecycle
import Synchronization

/// Looks at the tables of another program, which its migrations change at any time.
///
/// SQLite drops indexes and triggers with a table, and a migration of Django makes a table anew. Until the next look a
/// statement does without them.
final class AdoptionWatch: Service {
    private struct Told {
        var missing: [String] = []
        var fault: String?
        var triggerFault: String?
    }

    private let storage: Storage
    private let logger: Logger
    private let interval: Duration
    private let told = Mutex(Told())

    /// - Parameter interval: the pause between two looks.
    init(storage: Storage, logger: Logger, interval: Duration = .seconds(60)) {
        self.storage = storage
        self.logger = logger
        self.interval = interval
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                await look()
                let end = ContinuousClock.now + interval
                while ContinuousClock.now < end {
                    try await Task.sleep(for: min(.seconds(1), interval))
                    await proveTrigger()
                }
            }
        }
    }

    /// Looks once, and makes missing indexes and triggers anew.
    func look() async {
        do {
            try await storage.adoptions.look()
            let condition = try await storage.adoptions.condition()
            tell(condition.missing)
            // Without their columns they cannot be made.
            guard condition.missing.isEmpty else { return }
            try await build(condition.missingIndexes)
            tell(fault: nil)
        } catch {
            tell(fault: "\(String(reflecting: error))")
        }
        await makeTrigger()
    }

    private func build(_ names: [String]) async throws {
        guard !names.isEmpty else { return }
        try await storage.adoptions.build(names)
        logger.notice(
            "indexes on the table of accounts were built anew",
            metadata: ["indexes": "\(names.joined(separator: ", "))"])
    }

    private func makeTrigger() async {
        guard storage.adoptions.trigger != nil else { return }
        do {
            if try await storage.adoptions.makeTrigger() {
                logger.notice("the trigger on the table of accounts was made; changes by Django are announced")
            }
            await proveTrigger()
            told.withLock { $0.triggerFault = nil }
        } catch {
            let fault = "\(String(reflecting: error))"
            let isNew = told.withLock { told in
                defer { told.triggerFault = fault }
                return told.triggerFault != fault
            }
            guard isNew else { return }
            logger.warning(
                "the trigger on the table of accounts cannot be made; each request asks the database",
                metadata: ["error": "\(fault)"])
        }
    }

    /// Looks for the trigger on PostgreSQL; on SQLite the change feed does it at each commit. After a failure the last
    /// look counts: the change feed itself notices an outage.
    private func proveTrigger() async {
        guard storage.adoptions.trigger != nil else { return }
        try? await storage.proveTrigger()
    }

    private func tell(_ missing: [String]) {
        let former = told.withLock { told in
            defer { told.missing = missing }
            return told.missing
        }
        guard former != missing else { return }
        guard !missing.isEmpty else { return logger.notice("the tables of Django are complete again") }
        logger.error(
            "the tables of Django lack what this server needs; requests that need it get 503 until it is back",
            metadata: ["missing": "\(missing.joined(separator: ", "))"])
    }

    private func tell(fault: String?) {
        let former = told.withLock { told in
            defer { told.fault = fault }
            return told.fault
        }
        guard let fault, former != fault else { return }
        logger.warning("the tables of Django cannot be looked at", metadata: ["error": "\(fault)"])
    }
}
