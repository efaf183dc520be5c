public import Logging
import Synchronization

/// The settings in force: a pin from the environment before a stored value before the default.
///
/// Reading costs no query. A change feed calls ``reload()`` when something was written, here or elsewhere.
public final class DynamicSettings: Sendable {
    private let store: any SettingsStore
    private let pins: [String: any SettingValue]
    private let logger: Logger
    private let now: WallClock
    private let state: Mutex<State>

    private struct State {
        var snapshot: SettingsSnapshot
        var stored: [String: String] = [:]
        /// What was warned about, so that each bad value is named once.
        var ignored: [String: String] = [:]
    }

    /// - Parameters:
    ///   - pins: values by setting name, from the environment.
    ///   - logger: told once about each stored value that is ignored.
    /// - Throws: ``SettingError`` for a pin that is no valid value.
    public init(
        store: any SettingsStore, pins: [String: String] = [:], logger: Logger, now: @escaping WallClock = Timestamp.now
    ) throws {
        self.store = store
        self.logger = logger
        self.now = now
        self.pins = try Dictionary(
            uniqueKeysWithValues: pins.map { name, text in (name, try Settings.named(name).value(text)) }
        )
        self.state = Mutex(State(snapshot: SettingsSnapshot(self.pins)))
    }

    public var snapshot: SettingsSnapshot { state.withLock { $0.snapshot } }

    /// Reads the stored values. One that is out of range or of the wrong type is ignored, and the last good value kept.
    public func reload() async throws {
        let stored = try await store.all()
        let ignored = state.withLock { state in
            var snapshot = SettingsSnapshot(pins)
            var ignored: [String: String] = [:]
            for setting in Settings.all where pins[setting.name] == nil {
                guard let text = stored[setting.name] else { continue }
                do {
                    snapshot[name: setting.name] = try setting.value(text)
                } catch {
                    snapshot[name: setting.name] = state.snapshot[name: setting.name]
                    ignored[setting.name] = text
                }
            }
            let fresh = ignored.filter { state.ignored[$0.key] != $0.value }
            state = State(snapshot: snapshot, stored: stored, ignored: ignored)
            return fresh
        }
        for name in ignored.keys.sorted() {
            logger.warning("a stored setting is not valid; the last good value stays", metadata: ["setting": "\(name)"])
        }
    }

    /// - Returns: the text before and after.
    /// - Throws: ``SettingError``, ``StoreUnavailable``.
    public func set(_ name: String, to text: String) async throws -> SettingChange {
        let setting = try Settings.named(name)
        guard pins[name] == nil else { throw SettingError.pinned(name) }
        let value = try setting.value(text)
        let old = try await store.set(name, to: value.settingText, at: now())
        try await reload()
        return SettingChange(name: name, old: old ?? setting.defaultText, new: value.settingText)
    }

    /// Goes back to the default.
    public func unset(_ name: String) async throws -> SettingChange {
        let setting = try Settings.named(name)
        guard pins[name] == nil else { throw SettingError.pinned(name) }
        let old = try await store.unset(name, at: now())
        try await reload()
        return SettingChange(name: name, old: old ?? setting.defaultText, new: setting.defaultText)
    }

    /// Every setting with its value in force and where that comes from.
    public func report() -> [SettingReport] {
        let (snapshot, stored, ignored) = state.withLock { ($0.snapshot, $0.stored, $0.ignored) }
        return Settings.all.map { setting in
            let source: SettingReport.Source =
                if pins[setting.name] != nil {
                    .pinned
                } else if stored[setting.name] != nil, ignored[setting.name] == nil {
                    .database
                } else {
                    .default
                }
            return SettingReport(
                setting: setting, value: snapshot[name: setting.name]?.settingText ?? setting.defaultText,
                source: source
            )
        }
    }
}

public struct SettingChange: Sendable, Equatable {
    public let name: String
    public let old: String
    public let new: String
}

public struct SettingReport: Sendable {
    public enum Source: String, Sendable { case pinned, database, `default` }

    public let setting: AnySetting
    public let value: String
    public let source: Source
}
