// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Takes over each change of a setting, whoever made it: the command line, another server, another program.
struct SettingsFollowing: Service {
    let settings: DynamicSettings
    let access: SettingsAccess
    let notices: ReloadNotices
    let logger: Logger

    /// How often values are read whose store tells nobody about changes.
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

    /// Tries again until it succeeds, since nobody tells twice, or until a new connection will bring a new notice. Each
    /// reason of a failure is logged once.
    private func reload() async throws {
        var told: String?
        while access.canBeRead {
            do {
                try await settings.reload(observing: true)
                return access.noteReading(succeeded: true)
            } catch {
                access.noteReading(succeeded: false)
                let reason = String(reflecting: error)
                if reason != told { logger.error("settings not read", metadata: ["error": "\(reason)"]) }
                told = reason
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}

/// Says that something should be read again. One waiting notice is enough: a reload reads everything.
struct ReloadNotices: Sendable {
    let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post() { source.yield() }

    /// Posts for each change of that kind that a change feed tells of, and where it is not known what changed.
    func listen(to storage: Storage, for isOne: @escaping @Sendable (Change) -> Bool) {
        storage.listen { notice in
            switch notice {
            case .everything: post()
            case .changes(let changes): if changes.contains(where: isOne) { post() }
            }
        }
    }
}
