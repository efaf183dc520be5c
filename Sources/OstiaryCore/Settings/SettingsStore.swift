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
    /// False while it is known that the store cannot be reached: values are the last known, and nothing can be changed.
    var isReachable: Bool { get }
    /// Stores a value. One that is stored already is not written again.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - value: the new value.
    ///   - seen: the value that has to be in force before; nil for any. It is compared in the transaction that writes.
    ///   - context: the context of the call: author, time, deadline.
    func set(
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite
    /// Deletes the value, so that the default is in force.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - seen: as in ``set(_:to:ifStill:in:)``.
    ///   - context: the context of the call: author, time, deadline.
    func unset(_ name: String, ifStill seen: SeenSetting?, in context: RequestContext) async throws -> SettingWrite
}

extension SettingsStore {
    public var needsCopy: Bool { true }
    public var isReachable: Bool { true }

    /// Stores a value, whatever was stored before.
    /// - Returns: the value before; nil if there was none.
    @discardableResult
    public func set(
        _ name: String, to value: any SettingValue, in context: RequestContext
    ) async throws -> StoredSetting? {
        try await set(name, to: value, ifStill: nil, in: context).found
    }

    /// Deletes the value, whatever it was.
    /// - Returns: the value before; nil if there was none.
    @discardableResult
    public func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting? {
        try await unset(name, ifStill: nil, in: context).found
    }
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
    /// The keys in Redis, which django-constance may share.
    case redis
    /// The product's own table.
    case database
    /// The table of django-constance.
    case constanceTable = "constance-table"
    /// The last known value: the store cannot be reached, or its value is not valid.
    case lastKnown = "last known"
    /// The default of the declaration: no value is stored.
    case `default`
}
