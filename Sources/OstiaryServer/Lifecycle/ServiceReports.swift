// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import OstiaryHTTP
import ServiceLifecycle

/// Tells the service manager of the start of the server and of its condition until it stops, and that it is alive.
struct ServiceReports: Service {
    let manager: ServiceManager
    let start: Running
    let readiness: @Sendable () async -> Readiness
    let loops: any EventLoopGroup
    let logger: Logger
    var interval: Duration = .seconds(5)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    await start.wait()
                    await manager.tell(logger, "READY=1")
                    try await follow()
                }
                if let patience = manager.patience { group.addTask { try await live(patience) } }
                try await group.waitForAll()
            }
        }
        await manager.tell(logger, "STOPPING=1", "STATUS=stopping")
    }

    private func follow() async throws {
        var last = ""
        while true {
            let status = Self.status(await readiness())
            if status != last { await manager.tell(logger, "STATUS=\(status)") }
            last = status
            try await Task.sleep(for: interval)
        }
    }

    /// Reports as often as sd_watchdog_enabled(3) recommends. A loop that does not answer keeps the report back.
    private func live(_ patience: Duration) async throws {
        while true {
            for loop in loops.makeIterator() { try await loop.submit {}.get() }
            await manager.tell(logger, "WATCHDOG=1")
            try await Task.sleep(for: max(patience / 2, .milliseconds(10)))
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
    /// Reports, for five seconds if the manager is busy, and logs what did not arrive. A server goes on without its
    /// manager.
    func tell(_ logger: Logger, _ assignments: String...) async {
        var failure: Failure?
        for _ in 0..<100 {
            do throws(Failure) { return try report(assignments) } catch { failure = error }
            guard failure?.isBusy == true, (try? await Task.sleep(for: .milliseconds(50))) != nil else { break }
        }
        guard let failure else { return }
        logger.warning("the service manager cannot be told", metadata: ["error": "\(failure)"])
    }
}
