// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Makes budgets whole after `ostiary users unlock`, which may run on another machine.
struct UnlockFollowing: Service {
    let unlocks: UnlockService
    let notices: ReloadNotices
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var unlocks = unlocks
            try await obey(&unlocks)
            for await _ in notices.stream { try await obey(&unlocks) }
        }
    }

    /// Tries again until the log is read, since a notice is not repeated. Logs each reason of a failure once.
    private func obey(_ unlocks: inout UnlockService) async throws {
        var told: String?
        while true {
            do { return try await unlocks.obey() } catch {
                let reason = String(reflecting: error)
                if reason != told { logger.error("unlocks cannot be read", metadata: ["error": "\(reason)"]) }
                told = reason
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
