// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryRedis
import ServiceLifecycle
import Synchronization

/// The settings on Redis, with the connection to it.
final class RedisSettings: Service {
    let store: RedisSettingsStore
    private let client: RedisClient
    private let isReadable = Atomic(true)

    /// - Parameter notices: posted for each new connection, and for each change of a setting's key.
    init(
        endpoint: RedisEndpoint, prefix: String, known: [AnySetting], journal: any SettingsJournal,
        notices: ReloadNotices, logger: Logger
    ) throws(StartError) {
        let names = known.map { prefix + $0.name }
        do {
            self.client = try RedisClient(endpoint: endpoint, tracking: prefix, logger: logger) { event in
                switch event {
                case .connected: notices.post()
                // Ignore keys of other programs under the prefix, which may be empty.
                case .invalidated(let keys?) where !keys.contains(where: { $0.isOne(of: names) }): break
                case .invalidated: notices.post()
                case .disconnected: break
                }
            }
        } catch {
            throw StartError(description: "Redis cannot be used: \(error).", exitCode: ConfigurationError.exitCode)
        }
        self.store = RedisSettingsStore(client: client, prefix: prefix, journal: journal, known: known)
    }

    /// Keeps the connection open until graceful shutdown or cancellation.
    func run() async throws { try await client.run() }

    var isConnected: Bool { if case .connected = client.state { true } else { false } }

    /// True if the server does not report changes, so that the values must be polled.
    var needsPolling: Bool { client.state == .connected(tracking: false) }

    /// Records the success of a reading: the Redis user may lack the permission to read.
    func noteReading(succeeded: Bool) { isReadable.store(succeeded, ordering: .relaxed) }

    /// - Returns: true if there is a connection before the time limit.
    func waitForConnection(atMost limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isConnected, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        return isConnected
    }

    /// A note for the readiness check. Without a connection, logins use the last known values.
    var note: String {
        switch client.state {
        case .connected where !isReadable.load(ordering: .relaxed): "degraded: the settings cannot be read"
        case .connected(tracking: true): "ok"
        case .connected(tracking: false): "ok, polled"
        case .loading: "degraded: the server is loading its data"
        case .disconnected(let reason): "degraded: \(reason)"
        }
    }
}

extension String {
    /// Compares bytes: other programs may write keys of any text to the server.
    fileprivate func isOne(of names: [String]) -> Bool { names.contains { $0.hasSameBytes(as: self) } }
}
