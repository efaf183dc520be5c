// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryRedis
import ServiceLifecycle
import Synchronization

/// The settings on Redis, and the connection that they take.
final class RedisSettings: Service {
    let store: RedisSettingsStore
    private let client: RedisClient
    private let isReadable = Atomic(true)

    /// - Parameter notices: are posted with each connection and each change of a key with the prefix.
    init(
        endpoint: RedisEndpoint, prefix: String, known: [AnySetting], journal: any SettingsJournal,
        notices: ReloadNotices, logger: Logger
    ) throws(StartError) {
        let names = known.map { prefix + $0.name }
        do {
            self.client = try RedisClient(endpoint: endpoint, tracking: prefix, logger: logger) { event in
                switch event {
                case .connected: notices.post()
                // Others may keep keys under the prefix too, which may be empty.
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

    /// Keeps the connection until graceful shutdown or cancellation.
    func run() async throws { try await client.run() }

    var isConnected: Bool { if case .connected = client.state { true } else { false } }

    /// Whether the server refuses to tell about changes.
    var needsPolling: Bool { client.state == .connected(tracking: false) }

    /// Whether the values could be read over the connection: a user may lack the right to.
    func noteReading(succeeded: Bool) { isReadable.store(succeeded, ordering: .relaxed) }

    /// - Returns: whether there is a connection at the end of that time.
    func waitForConnection(atMost limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isConnected, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        return isConnected
    }

    /// For people who look at readiness. Logins go on with the last known values meanwhile.
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
    /// Byte by byte: keys are named by whoever writes to that server.
    fileprivate func isOne(of names: [String]) -> Bool { names.contains { $0.hasSameBytes(as: self) } }
}
