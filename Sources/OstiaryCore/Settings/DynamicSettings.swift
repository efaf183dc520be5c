// SPDX-License-Identifier: Apache-2.0

package import Logging
import Synchronization

/// The settings in force. A pin from the environment overrides a stored value, which overrides the default.
///
/// Reading costs no query: a change feed causes a `reload` after each change. While the store cannot be
/// reached, the last known values stay in force.
public final class DynamicSettings: Sendable {
    let store: any SettingsStore
    let known: [AnySetting]
    let journal: (any SettingsJournal)?
    private let pins: [String: any SettingValue]
    private let logger: Logger
    private let now: WallClock
    private let state: Mutex<State>

    private struct State {
        var snapshot: SettingsSnapshot
        /// The valid stored values as text; nil until the store was read.
        var stored: [String: String]?
        /// The values that the journal has recorded.
        var observed: [String: String]?
        /// The invalid stored values, so that each causes one warning.
        var ignored: [String: StoredSetting] = [:]
        /// The copy of the last known values, read at the start.
        var lastKnown: [String: String] = [:]
    }

    /// - Parameters:
    ///   - known: the settings of the program; an embedder adds those of its own.
    ///   - journal: records changes by other programs and keeps the copy of the last known values; nil for neither.
    ///   - pins: values from the environment, by the name of the setting.
    ///   - logger: receives one warning for each invalid stored value.
    /// - Throws: ``SettingError`` for a pin that is no valid value, and for two settings with one name.
    package init(
        store: any SettingsStore, known: [AnySetting] = Settings.all, journal: (any SettingsJournal)? = nil,
        pins: [String: String] = [:], logger: Logger, now: @escaping WallClock = Timestamp.now
    ) throws {
        try known.requireDistinctNames()
        self.store = store
        self.known = known
        self.journal = journal
        self.logger = logger
        self.now = now
        self.pins = try Dictionary(
            uniqueKeysWithValues: pins.map { name, text in (name, try known.named(name).value(.text(text))) }
        )
        self.state = Mutex(State(snapshot: SettingsSnapshot(self.pins)))
    }

    /// The values in force now.
    public var snapshot: SettingsSnapshot { state.withLock { $0.snapshot } }

    /// True if the environment sets the value, so that it cannot be changed.
    func isPinned(_ name: String) -> Bool { pins[name] != nil }

    /// True once the store was read.
    package var isRead: Bool { state.withLock { $0.stored != nil } }

    /// Takes the last known values from the journal, for the start of a process that may not reach the store.
    /// - Throws: ``StoreUnavailable``.
    package func restore() async throws {
        guard let journal, store.needsCopy else { return }
        let lastKnown = try await journal.lastKnown()
        state.withLock { state in
            guard state.stored == nil else { return }
            state.lastKnown = lastKnown
            for setting in known where pins[setting.name] == nil {
                guard let text = lastKnown[setting.name] else { continue }
                state.snapshot[name: setting.name] = try? setting.value(.text(text))
            }
        }
    }

    /// Reads the stored values. A value that is out of range or of the wrong type is ignored: the last valid one stays.
    /// - Parameter observing: true for servers: changes by other programs are recorded in the journal, and the copy of
    ///   the values is updated.
    /// - Throws: ``StoreUnavailable``; nothing changes then.
    package func reload(observing: Bool = false) async throws {
        let found = try await store.all()
        let (warnings, after) = state.withLock { state in take(found, into: &state) }
        for (name, error) in warnings.sorted(by: { $0.key < $1.key }) {
            logger.warning(
                "a stored setting is not valid; the last good value stays",
                metadata: ["setting": "\(name)", "error": "\(error)"]
            )
        }
        guard observing, let journal else { return }
        let before = state.withLock { $0.observed }
        guard before != after else { return }
        // The first reading is compared with the journal, in one query for all settings.
        let recorded: [String: String]
        if let before {
            recorded = before
        } else {
            recorded = try await journal.newest(of: known.map(\.name)).compactMapValues { $0.changes.first?.new }
        }
        for setting in known where recorded[setting.name] != after[setting.name] {
            try await note(setting, after[setting.name], before: before?[setting.name], in: journal)
        }
        if store.needsCopy { try await journal.keep(after) }
        state.withLock { $0.observed = after }
    }

    /// Records a found value in the journal, if it is still stored: another server may have recorded a later one.
    private func note(
        _ setting: AnySetting, _ text: String?, before: String?, in journal: any SettingsJournal
    ) async throws {
        let context = RequestContext(actor: .anotherProgram, now: now())
        for _ in 0..<10 {
            let position = try await journal.position(of: setting.name)
            let found = try await store.all()[setting.name]
            let current = found.map { (try? setting.value($0).settingText) ?? text } ?? nil
            guard current == text else { return }
            let name = setting.name
            if try await journal.observe(name, text: text, before: before, at: position, in: context) { return }
        }
    }

    /// - Returns: the warnings by setting, and the valid stored values.
    private func take(
        _ found: [String: StoredSetting], into state: inout State
    ) -> (warnings: [String: any Error], stored: [String: String]) {
        var snapshot = SettingsSnapshot(pins)
        var ignored: [String: StoredSetting] = [:]
        var warnings: [String: any Error] = [:]
        var stored: [String: String] = [:]
        for setting in known {
            guard let value = found[setting.name] else { continue }
            do {
                let read = try setting.value(value)
                stored[setting.name] = read.settingText
                if pins[setting.name] == nil { snapshot[name: setting.name] = read }
            } catch {
                ignored[setting.name] = value
                stored[setting.name] = (state.stored ?? state.lastKnown)[setting.name]
                if state.ignored[setting.name] != value { warnings[setting.name] = error }
                if pins[setting.name] == nil { snapshot[name: setting.name] = state.snapshot[name: setting.name] }
            }
        }
        state.snapshot = snapshot
        state.stored = stored
        state.ignored = ignored
        return (warnings, stored)
    }

    /// Lists all settings with their values in force and the source of each.
    public func report() -> [SettingReport] {
        let state = self.state.withLock { $0 }
        return known.map { setting in
            let source: SettingSource =
                if pins[setting.name] != nil {
                    .pinned
                } else if !store.isReachable {
                    .lastKnown
                } else if state.ignored[setting.name] != nil {
                    state.snapshot[name: setting.name] != nil ? .lastKnown : .default
                } else if let stored = state.stored {
                    stored[setting.name] != nil ? store.source : .default
                } else {
                    state.lastKnown[setting.name] != nil ? .lastKnown : .default
                }
            return SettingReport(
                setting: setting, value: state.snapshot[name: setting.name]?.settingText ?? setting.defaultText,
                source: source, stored: (state.stored ?? state.lastKnown)[setting.name]
            )
        }
    }

    /// Lists all settings with the changes that have put their values in force.
    /// - Throws: ``StoreUnavailable``.
    func reportWithChanges() async throws -> [SettingReport] {
        let newest = try await journal?.newest(of: known.map(\.name)) ?? [:]
        return report().map { report in
            var report = report
            guard report.source != .pinned else { return report }
            report.change = LastChange(newest[report.setting.name], to: report.stored)
            return report
        }
    }
}

/// A setting with its value in force.
public struct SettingReport: Sendable {
    /// The declaration of the setting.
    public let setting: AnySetting
    /// The value in force, as text.
    public let value: String
    /// The place that the value comes from.
    public let source: SettingSource
    /// The change that has put the value in force, where ``SettingsService`` gives the report; nil if it is not
    /// recorded.
    public internal(set) var change: LastChange?
    /// The valid stored value as text; nil for none.
    let stored: String?

    init(setting: AnySetting, value: String, source: SettingSource, stored: String?) {
        self.setting = setting
        self.value = value
        self.source = source
        self.stored = stored
    }
}
