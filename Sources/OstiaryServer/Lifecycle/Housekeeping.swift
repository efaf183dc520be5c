// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Deletes expired rows every hour.
struct Housekeeping: Service {
    let storage: Storage
    let cleanup: CleanupService
    let now: WallClock
    let logger: Logger
    var interval: Duration = .seconds(3_600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // Sleep first: after a restart, requests need the server's resources.
            while true {
                try await Task.sleep(for: interval)
                do {
                    let deleted = try await cleanup.run()
                    try await storage.pruneChanges(now: now())
                    if deleted > 0 { logger.info("expired rows deleted", metadata: ["rows": "\(deleted)"]) }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    logger.error("cleanup failed", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
        }
    }
}
