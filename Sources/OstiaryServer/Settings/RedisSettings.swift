import Logging
import OstiaryCore
import OstiaryRedis
import ServiceLifecycle
import Synchronization

/// Keeps the settings of this process the same as those on Redis, and the connection that this takes.
final class RedisSettings: Service {
    let store: RedisSettingsStore
    private let client: RedisClient
    private let notices: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation
    private let logger: Logger
    private let isReadable = Atomic(true)

    /// How often the values are read from a server that cannot tell about changes.
    static let pollInterval: Duration = .milliseconds(500)

    init(
        endpoint: RedisEndpoint, prefix: String, journal: any SettingsJournal, logger: Logger
    ) throws(StartError) {
        // One waiting notice is enough: a reload reads everything.
        let (notices, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.notices = notices
        self.source = source
        self.logger = logger
        do {
            self.client = try RedisClient(endpoint: endpoint, tracking: prefix, logger: logger) { event in
                switch event {
                case .connected, .invalidated: source.yield()
                case .disconnected: break
                }
            }
        } catch {
            throw StartError(description: "Redis cannot be used: \(error).", exitCode: ConfigurationError.exitCode)
        }
        self.store = RedisSettingsStore(client: client, prefix: prefix, journal: journal)
    }

    /// Keeps the connection until graceful shutdown or cancellation.
    func run() async throws { try await client.run() }

    /// Takes over each change, from whomever it comes.
    func watch(_ settings: DynamicSettings) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.pollInterval)
                    if case .connected(tracking: false) = self.client.state { self.source.yield() }
                }
            }
            group.addTask {
                // A new connection brings a new notice.
                for await _ in self.notices {
                    try await settings.follow(logger: self.logger) {
                        self.isConnected
                    } onResult: { isRead in
                        self.isReadable.store(isRead, ordering: .relaxed)
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    var isConnected: Bool { if case .connected = client.state { true } else { false } }

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
