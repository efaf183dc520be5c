// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Writes every second, and at the end, which logins were refused.
struct RefusalWriting: Service {
    let refusals: RefusalTally
    let store: any AuditStore
    let logger: Logger
    var interval: Duration = .seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                await write()
            }
        }
        await write()
    }

    private func write() async {
        guard refusals.waiting > 0 else { return }
        let context = OstiaryCore.RequestContext(actor: .system, now: Timestamp.now())
        do { try await refusals.write(to: store, in: context) } catch {
            logger.info("refusals not written yet", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
