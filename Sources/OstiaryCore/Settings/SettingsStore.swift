/// Where dynamic settings are kept, as text. Every method may throw ``StoreUnavailable``.
public protocol SettingsStore: Sendable {
    func all() async throws -> [String: String]
    /// - Returns: the text before, nil if there was none.
    func set(_ name: String, to text: String, at now: Timestamp) async throws -> String?
    /// - Returns: the text before, nil if there was none.
    func unset(_ name: String, at now: Timestamp) async throws -> String?
}
