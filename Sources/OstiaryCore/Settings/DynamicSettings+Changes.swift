// SPDX-License-Identifier: Apache-2.0

extension DynamicSettings {
    /// Sets a value.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - text: the value, as text.
    ///   - seen: the value in force that the editor saw, as text; nil to set in any case.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the texts before and after.
    /// - Throws: ``SettingError``, ``SettingConflict``, ``StoreUnavailable``.
    public func set(
        _ name: String, to text: String, was seen: String? = nil, in context: RequestContext
    ) async throws -> SettingChange {
        let setting = try changeable(name)
        let value = try setting.value(.text(text))
        let write = try await store.set(
            name, to: value, ifStill: seen.map { SeenSetting($0, of: setting) }, in: context)
        return try await change(of: setting, by: write, to: value.settingText)
    }

    /// Deletes the stored value, so that the default is in force.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - seen: the value in force that the editor saw, as text; nil to delete in any case.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the texts before and after.
    /// - Throws: ``SettingError``, ``SettingConflict``, ``StoreUnavailable``.
    public func unset(
        _ name: String, was seen: String? = nil, in context: RequestContext
    ) async throws -> SettingChange {
        let setting = try changeable(name)
        let write = try await store.unset(name, ifStill: seen.map { SeenSetting($0, of: setting) }, in: context)
        return try await change(of: setting, by: write, to: setting.defaultText)
    }

    private func changeable(_ name: String) throws -> AnySetting {
        let setting = try known.named(name)
        guard !isPinned(name) else { throw SettingError.pinned(name) }
        return setting
    }

    private func change(
        of setting: AnySetting, by write: SettingWrite, to new: String
    ) async throws -> SettingChange {
        try await reload()
        switch write {
        case .changed(let old): return SettingChange(name: setting.name, old: shown(old, of: setting), new: new)
        case .changedMeanwhile(let current):
            let newest = try await journal?.newest(of: [setting.name])[setting.name]
            throw SettingConflict(
                name: setting.name, current: shown(current, of: setting),
                change: LastChange(newest, to: current?.shown))
        }
    }

    private func shown(_ stored: StoredSetting?, of setting: AnySetting) -> String {
        guard let stored else { return setting.defaultText }
        return (try? setting.value(stored).settingText) ?? "not valid"
    }
}

/// The value of a setting before and after a change, as text; the default stands for no stored value.
public struct SettingChange: Sendable, Equatable {
    /// The name of the setting, such as `ACCESS_TOKEN_LIFETIME`.
    public let name: String
    /// The text of the value before; `not valid` for a stored one that the setting refuses.
    public let old: String
    /// The text of the value after.
    public let new: String
}
