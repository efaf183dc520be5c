// SPDX-License-Identifier: Apache-2.0

/// Remembers who changed which setting, and the last values of a store that may be out of reach.
///
/// Every method may throw ``StoreUnavailable``.
public protocol SettingsJournal: Sendable {
    /// Appends an entry. Nothing is ever changed or deleted.
    func append(_ entry: SettingJournalEntry) async throws
    /// Counts up with each entry of a setting; 0 before the first.
    func position(of name: String) async throws -> Int64
    /// Appends an entry for a value that was found, unless the newest one of the setting tells it already.
    /// - Parameters:
    ///   - text: nil for no value.
    ///   - before: what was in force until then; nil for no value.
    ///   - position: of the journal before the value was read.
    /// - Returns: false, and nothing is appended, when the position is another by now: the value may be over.
    func observe(_ edit: SettingEdit, text: String?, before: String?, at position: Int64) async throws -> Bool
    /// - Parameters:
    ///   - name: of one setting only.
    ///   - limit: at most this many, the newest first.
    func entries(of name: String?, limit: Int) async throws -> [SettingJournalEntry]
    /// The values that ``keep(_:)`` was given last.
    func lastKnown() async throws -> [String: String]
    /// Keeps the values of a store for a start at which it cannot be reached.
    func keep(_ values: [String: String]) async throws
}

/// One change.
public struct SettingJournalEntry: Sendable, Equatable {
    public var name: String
    /// nil for the default.
    public var old: String?
    /// nil for the default.
    public var new: String?
    public var author: String
    public var at: Timestamp

    public init(name: String, old: String?, new: String?, author: String, at: Timestamp) {
        self.name = name
        self.old = old
        self.new = new
        self.author = author
        self.at = at
    }
}
