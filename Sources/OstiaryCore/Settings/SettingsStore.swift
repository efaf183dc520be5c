// SPDX-License-Identifier: Apache-2.0

/// Where dynamic settings are kept.
///
/// Every method may throw ``StoreUnavailable``. A store sees to it that what it writes is in the ``SettingsJournal``.
public protocol SettingsStore: Sendable {
    /// What `settings list` calls it.
    var source: SettingSource { get }
    func all() async throws -> [String: StoredSetting]
    /// - Parameter change: what is done, by whom and when; its `old` is filled in by the store.
    /// - Returns: what was stored before, nil if there was nothing.
    func set(_ value: any SettingValue, _ change: SettingEdit) async throws -> StoredSetting?
    /// Deletes the value, so that the default is in force.
    /// - Returns: what was stored before, nil if there was nothing.
    func unset(_ change: SettingEdit) async throws -> StoredSetting?
}

/// A stored value as it was found.
public enum StoredSetting: Sendable, Equatable {
    /// As ``SettingValue/settingText`` writes it.
    case text(String)
    /// As django-constance writes it.
    case constance(ConstanceValue)
    /// It cannot be read at all.
    case unusable(reason: String)
}

/// Which setting is changed, by whom and when.
public struct SettingEdit: Sendable, Equatable {
    public var name: String
    /// For people: a user of the machine, another program.
    public var author: String
    public var now: Timestamp

    public init(name: String, author: String, now: Timestamp) {
        self.name = name
        self.author = author
        self.now = now
    }
}

/// Where a value in force comes from.
public enum SettingSource: String, Sendable {
    /// The environment.
    case pinned
    case redis
    case database
    /// The table of django-constance.
    case constanceTable = "constance-table"
    /// The last values known, while their store cannot be reached.
    case lastKnown = "last known"
    case `default`
}
