// SPDX-License-Identifier: Apache-2.0

/// The store of dynamic settings.
///
/// Every method may throw ``StoreUnavailable``. The store writes an ``AuditEntry`` for each change.
public protocol SettingsStore: Sendable {
    /// The name of the store in the list of settings.
    var source: SettingSource { get }
    /// True if the last valid values are kept in the journal too: the store can be out of reach while the database is
    /// not, or other programs write values to it that may be invalid.
    var needsCopy: Bool { get }
    /// - Returns: all stored values by name, those of unknown names included.
    func all() async throws -> [String: StoredSetting]
    /// Stores a value.
    /// - Returns: the value before; nil if there was none.
    func set(_ name: String, to value: any SettingValue, in context: RequestContext) async throws -> StoredSetting?
    /// Deletes the value, so that the default is in force.
    /// - Returns: the value before; nil if there was none.
    func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting?
}

extension SettingsStore {
    public var needsCopy: Bool { true }
}

/// A stored value, not checked yet.
public enum StoredSetting: Sendable, Equatable {
    /// A value in the form of ``SettingValue/settingText``.
    case text(String)
    /// A value of django-constance.
    case constance(ConstanceValue)
    /// A value that cannot be read.
    case unusable(reason: String)
}

/// The source of a value in force.
public enum SettingSource: String, Sendable {
    /// The environment.
    case pinned
    case redis
    case database
    /// The table of django-constance.
    case constanceTable = "constance-table"
    /// The last known value: the store cannot be reached, or its value is not valid.
    case lastKnown = "last known"
    case `default`
}
