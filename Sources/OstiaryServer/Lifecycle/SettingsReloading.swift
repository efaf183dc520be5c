import Logging
import OstiaryCore
import ServiceLifecycle

/// Reads the settings again when a change feed says that one was written, here or by another process.
struct SettingsReloading: Service {
    private let settings: DynamicSettings
    private let logger: Logger
    private let notices: AsyncStream<Void>

    init(settings: DynamicSettings, storage: Storage, logger: Logger) {
        self.settings = settings
        self.logger = logger
        // One waiting notice is enough: a reload reads everything.
        let (notices, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.notices = notices
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
            for await _ in notices {
                while true {
                    do {
                        try await settings.reload()
                        break
                    } catch {
                        logger.error("settings not read", metadata: ["error": "\(String(reflecting: error))"])
                        try await Task.sleep(for: .milliseconds(250))
                    }
                }
            }
        }
    }
}
