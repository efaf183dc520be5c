import Logging
import OstiaryCore

extension DynamicSettings {
    /// Reads the stored values, again and again until it succeeds: nobody tells twice. Each reason of a failure is
    /// logged once.
    /// - Parameters:
    ///   - isWorthwhile: asked before each attempt.
    ///   - onResult: told after each attempt whether it succeeded.
    func follow(
        logger: Logger, while isWorthwhile: () -> Bool = { true }, onResult: (Bool) -> Void = { _ in }
    ) async throws {
        var told: String?
        while isWorthwhile() {
            do {
                try await reload(observing: true)
                return onResult(true)
            } catch {
                onResult(false)
                let reason = String(reflecting: error)
                if reason != told { logger.error("settings not read", metadata: ["error": "\(reason)"]) }
                told = reason
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
