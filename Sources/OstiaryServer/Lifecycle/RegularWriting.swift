// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle

/// Writes data that was gathered in memory, at regular intervals and once more at the end.
struct RegularWriting: Service {
    /// The name of the data, for the log.
    let subject: String
    let interval: Duration
    let logger: Logger
    let write: @Sendable () async throws -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                await attempt()
            }
        }
        await attempt()
    }

    private func attempt() async {
        do { try await write() } catch {
            logger.info("\(subject) not written", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
