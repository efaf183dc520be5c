import Logging
import OstiaryCore
import ServiceLifecycle

/// Takes over each change of a setting, whoever made it: the command line, another server, another program.
struct SettingsFollowing: Service {
    private let settings: DynamicSettings
    private let access: SettingsAccess
    private let logger: Logger
    private let notices: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    /// How often a table is read that another program writes without telling.
    static let pollInterval: Duration = .milliseconds(500)

    init(settings: DynamicSettings, access: SettingsAccess, storage: Storage, logger: Logger) {
        self.settings = settings
        self.access = access
        self.logger = logger
        // One waiting notice is enough: a reload reads everything.
        let (notices, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.notices = notices
        self.source = source
        storage.listen { notice in
            switch notice {
            case .everything: source.yield()
            case .changes(let changes):
                if changes.contains(where: { if case .setting = $0 { true } else { false } }) { source.yield() }
            }
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            switch access {
            case .redis(let redis): try await redis.watch(settings)
            case .database: for await _ in notices { try await settings.follow(logger: logger) }
            case .constanceTable:
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { [source] in
                        while true {
                            try await Task.sleep(for: Self.pollInterval)
                            source.yield()
                        }
                    }
                    group.addTask { for await _ in notices { try await settings.follow(logger: logger) } }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}
