// SPDX-License-Identifier: Apache-2.0

/// Where dynamic settings are kept.
///
/// Every method may throw ``StoreUnavailable``. A store sees to it that what it writes has an ``AuditEntry``.
public protocol SettingsStore: Sendable {
    /// What `settings list` calls it.
    var source: SettingSource { get }
    /// True if the last valid values are kept in the journal too: the store can be out of reach while the database is
    /// not, or other programs write values to it that may be invalid.
    var needsCopy: Bool { get }
    func all() async throws -> [String: StoredSetting]
    /// - Returns: what was stored before, nil if there was nothing.
    func set(_ name: String, to value: any SettingValue, in context: RequestContext) async throws -> StoredSetting?
    /// Deletes the value, so that the default is in force.
    /// - Returns: what was stored before, nil if there was nothing.
    func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting?
}

extension SettingsStore {
    public var needsCopy: Bool { true }
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
