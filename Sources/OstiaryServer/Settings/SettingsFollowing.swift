// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Applies each change of a setting, whether the command line, another server or another program made it.
struct SettingsFollowing: Service {
    let settings: DynamicSettings
    let access: SettingsAccess
    let notices: ReloadNotices
    let logger: Logger

    /// The polling interval for stores that do not report changes.
    static let pollInterval: Duration = .milliseconds(500)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        try await Task.sleep(for: Self.pollInterval)
                        if access.needsPolling { notices.post() }
                    }
                }
                group.addTask {
                    for await _ in notices.stream { try await reload() }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Reads the settings, and tries again until it succeeds, since a notice is not repeated; stops if a new connection
    /// will bring a new notice. Logs each reason of a failure once.
    private func reload() async throws {
        var told: String?
        while access.canBeRead {
            do {
                try await settings.reload(observing: true)
                return access.noteReading(succeeded: true)
            } catch {
                access.noteReading(succeeded: false)
                let reason = String(reflecting: error)
                if reason != told { logger.error("settings cannot be read", metadata: ["error": "\(reason)"]) }
                told = reason
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}

/// Requests to read something again. At most one waits, since a reload reads everything.
struct ReloadNotices: Sendable {
    let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post() { source.yield() }

    /// Posts a notice for each change of a kind that the change feed reports, and when the feed has lost track.
    func listen(to storage: Storage, for isOne: @escaping @Sendable (Change) -> Bool) {
        storage.listen { notice in
            switch notice {
            case .everything: post()
            case .changes(let changes): if changes.contains(where: isOne) { post() }
            }
        }
    }
}
