// SPDX-License-Identifier: Apache-2.0

/// The record of the changes of settings, and the copy of the last known values of a store that may be out of reach.
///
/// A change is an ``AuditEntry`` of ``AuditEvent/settingChanged``. Every method may throw ``StoreUnavailable``.
public protocol SettingsJournal: Sendable {
    /// Adds the entry of a change in a store outside the database.
    /// - Parameters:
    ///   - entry: the audit entry of the change.
    ///   - position: the id that the newest entry of the setting must still have, 0 for none; nil to add in any case.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if there is a newer entry; nothing is added then.
    @discardableResult
    func append(_ entry: AuditEntry, at position: Int64?, in context: RequestContext) async throws -> Bool
    /// - Returns: the newest entry of each of the settings that has one, by name.
    func newest(of names: [String]) async throws -> [String: AuditEntry]
    /// Adds an entry for a value that was found in the store, unless the newest entry of the setting has that value.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - text: the found value; nil for none.
    ///   - before: the value until then; nil for none.
    ///   - position: the id of the newest entry of the setting before the value was read; 0 for none.
    ///   - context: gives the author.
    /// - Returns: false if there is a newer entry: the value may be outdated, and nothing is added.
    func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool
    /// - Returns: the values of the last ``keep(_:)``.
    func lastKnown() async throws -> [String: String]
    /// Replaces the copy of the last known values, for a start at which the store cannot be reached.
    func keep(_ values: [String: String]) async throws
}

extension SettingsJournal {
    /// The id of the newest entry of a setting; 0 before the first.
    package func position(of name: String) async throws -> Int64 { try await newest(of: [name])[name]?.id ?? 0 }
}
