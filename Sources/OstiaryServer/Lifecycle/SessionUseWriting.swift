// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Writes every ten seconds, and at the end, which sessions were used.
struct SessionUseWriting: Service {
    let uses: SessionUseService
    let logger: Logger
    var interval: Duration = .seconds(10)

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
        do { try await uses.write() } catch {
            logger.info("uses of sessions not written", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
