// SPDX-License-Identifier: Apache-2.0

/// Settings for administrators: with authors and history, with changes that notice each other, and with a preview.
public struct SettingsService: Sendable {
    /// The most changes in a history.
    public static let historySize = 50

    private let settings: DynamicSettings
    private let audit: any AuditStore
    private let sessions: any SessionStore

    package init(settings: DynamicSettings, audit: any AuditStore, sessions: any SessionStore) {
        self.settings = settings
        self.audit = audit
        self.sessions = sessions
    }

    /// True if there is a setting of the name.
    public func has(_ name: String) -> Bool { settings.known.contains { $0.name.hasSameBytes(as: name) } }

    /// Lists all settings in their order.
    /// - Throws: ``StoreUnavailable``.
    public func list() async throws -> [SettingReport] { try await settings.reportWithChanges() }

    /// Reads a setting with its history.
    /// - Returns: the setting, and at most ``historySize`` changes, the newest first.
    /// - Throws: ``SettingError/unknown(_:nearest:)``, ``StoreUnavailable``.
    public func setting(
        _ name: String, in context: RequestContext
    ) async throws -> (report: SettingReport, history: [AuditEntry]) {
        let setting = try settings.known.named(name)
        guard let report = try await list().first(where: { $0.setting.name == setting.name }) else {
            throw SettingError.unknown(name, nearest: nil)
        }
        let query = AuditQuery(object: setting.name, event: .settingChanged, limit: Self.historySize)
        return (report, try await audit.entries(query, in: context))
    }

    /// Sets a value.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - text: the value, as text.
    ///   - seen: the value in force that the editor saw, as text.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``SettingError``, ``SettingConflict``, ``StoreUnavailable``.
    public func set(
        _ name: String, to text: String, was seen: String, in context: RequestContext
    ) async throws -> SettingChange {
        try await settings.set(name, to: text, was: seen, in: context)
    }

    /// Deletes the stored value, so that the default is in force.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - seen: the value in force that the editor saw, as text.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``SettingError``, ``SettingConflict``, ``StoreUnavailable``.
    public func unset(_ name: String, was seen: String, in context: RequestContext) async throws -> SettingChange {
        try await settings.unset(name, was: seen, in: context)
    }

    /// The number of live sessions that would end if a setting had a value: at their next refresh.
    /// - Returns: nil for a setting that ends no session.
    /// - Throws: ``SettingError``, ``StoreUnavailable``.
    public func previewing(
        _ name: String, as text: String, in context: RequestContext
    ) async throws -> BoundedCount? {
        let setting = try settings.known.named(name)
        let value = try setting.value(.text(text))
        guard setting.name == Setting.sessionMaximumLifetime.name, let lifetime = value as? Int else { return nil }
        guard lifetime > 0 else { return BoundedCount(count: 0, isMore: false) }
        return try await sessions.countLive(
            startedBy: context.now.adding(seconds: -lifetime), limit: BoundedCount.limit, in: context)
    }
}
