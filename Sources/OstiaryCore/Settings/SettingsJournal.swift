// SPDX-License-Identifier: Apache-2.0

/// Notes who changed which setting, and keeps the last values of a store that may be out of reach.
///
/// A change is an ``AuditEntry`` of ``AuditEvent/settingChanged``. Every method may throw ``StoreUnavailable``.
public protocol SettingsJournal: Sendable {
    /// Adds the entry of a change to a store that is not in the same database.
    func append(_ entry: AuditEntry, in context: RequestContext) async throws
    /// Counts up with each entry of a setting; 0 before the first.
    func position(of name: String) async throws -> Int64
    /// Adds an entry for a value that was found, unless the newest one of the setting tells it already.
    /// - Parameters:
    ///   - text: nil for no value.
    ///   - before: what was in force until then; nil for no value.
    ///   - position: of the journal before the value was read.
    ///   - context: names the author.
    /// - Returns: false, and nothing is added, when the position is another by now: the value may be over.
    func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool
    /// The values that ``keep(_:)`` was given last.
    func lastKnown() async throws -> [String: String]
    /// Keeps the values of a store for a start at which it cannot be reached.
    func keep(_ values: [String: String]) async throws
}
