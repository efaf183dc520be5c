// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import OstiaryHTTP
import ServiceLifecycle

/// Tells the service manager of the condition of the server until it stops, and that it is alive.
struct ServiceReports: Service {
    let manager: ServiceManager
    let readiness: @Sendable () async -> Readiness
    let loops: any EventLoopGroup
    let logger: Logger
    var interval: Duration = .seconds(5)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup { group in
                group.addTask { try await follow() }
                if let patience = manager.patience { group.addTask { try await live(patience) } }
                try await group.waitForAll()
            }
        }
        manager.tell(logger, "STOPPING=1", "STATUS=stopping")
    }

    private func follow() async throws {
        var last = ""
        while true {
            let status = Self.status(await readiness())
            if status != last { manager.tell(logger, "STATUS=\(status)") }
            last = status
            try await Task.sleep(for: interval)
        }
    }

    /// Reports as often as sd_watchdog_enabled(3) recommends. A loop that does not answer keeps the report back.
    private func live(_ patience: Duration) async throws {
        while true {
            for loop in loops.makeIterator() { try await loop.submit {}.get() }
            manager.tell(logger, "WATCHDOG=1")
            try await Task.sleep(for: patience / 2)
        }
    }

    /// The answer of the readiness check in one line.
    static func status(_ readiness: Readiness) -> String {
        let notes = readiness.notes.filter { $0.note != "ok" }.map { "\($0.part): \($0.note)" }
        let text = ([readiness.isReady ? "ready" : "not ready"] + notes).joined(separator: "; ")
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
    }
}

extension ServiceManager {
    /// Reports, and logs what did not arrive. A server goes on without its manager.
    func tell(_ logger: Logger, _ assignments: String...) {
        do throws(Failure) { try report(assignments) } catch {
            logger.warning("\(error)")
        }
    }
}
