// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SettingsStore {
    public var source: SettingSource { .database }

    public func all() async throws -> [String: StoredSetting] {
        transaction { $0.settings.mapValues(StoredSetting.text) }
    }

    public func set(_ value: any SettingValue, _ change: SettingEdit) async throws -> StoredSetting? {
        let text = value.settingText
        return transaction { tables in
            let old = tables.settings.updateValue(text, forKey: change.name)
            tables.append(change, old: old, new: text)
            return old.map(StoredSetting.text)
        }
    }

    public func unset(_ change: SettingEdit) async throws -> StoredSetting? {
        transaction { tables in
            guard let old = tables.settings.removeValue(forKey: change.name) else { return nil }
            tables.append(change, old: old, new: nil)
            return .text(old)
        }
    }

    /// Stores a text that no setting would write.
    public func putSetting(_ name: String, _ text: String) {
        transaction { tables in
            tables.settings[name] = text
            tables.announced.append(.setting(name))
        }
    }
}

extension MemoryStorage: SettingsJournal {
    public func append(_ entry: SettingJournalEntry) async throws {
        transaction { $0.journal.append(entry) }
    }

    public func position(of name: String) async throws -> Int64 { transaction { $0.journalPosition(of: name) } }

    public func observe(
        _ edit: SettingEdit, text: String?, before: String?, at position: Int64
    ) async throws -> Bool {
        transaction { tables in
            let newest = tables.journal.last { $0.name == edit.name }
            guard newest?.new != text else { return true }
            guard tables.journalPosition(of: edit.name) == position else { return false }
            tables.journal.append(
                SettingJournalEntry(
                    name: edit.name, old: newest == nil ? before : newest?.new, new: text, author: edit.author,
                    at: edit.now
                )
            )
            return true
        }
    }

    public func entries(of name: String?, limit: Int) async throws -> [SettingJournalEntry] {
        transaction { tables in
            Array(tables.journal.reversed().filter { name == nil || $0.name == name }.prefix(limit))
        }
    }

    public func lastKnown() async throws -> [String: String] {
        transaction { $0.copy }
    }

    public func keep(_ values: [String: String]) async throws {
        transaction { $0.copy = values }
    }
}

extension MemoryStorage.Tables {
    fileprivate func journalPosition(of name: String) -> Int64 {
        Int64(journal.lastIndex { $0.name == name }.map { $0 + 1 } ?? 0)
    }

    fileprivate mutating func append(_ edit: SettingEdit, old: String?, new: String?) {
        journal.append(SettingJournalEntry(name: edit.name, old: old, new: new, author: edit.author, at: edit.now))
        announced.append(.setting(edit.name))
    }
}
