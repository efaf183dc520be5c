// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SettingsStore {
    public var source: SettingSource { .database }

    public func all() async throws -> [String: StoredSetting] {
        transaction { $0.settings.mapValues(StoredSetting.text) }
    }

    public func set(
        _ name: String, to value: any SettingValue, in context: RequestContext
    ) async throws -> StoredSetting? {
        let text = value.settingText
        return transaction { tables in
            let old = tables.settings.updateValue(text, forKey: name)
            tables.record(.setting(name, from: old, to: text, in: context))
            tables.announced.append(.setting(name))
            return old.map(StoredSetting.text)
        }
    }

    public func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting? {
        transaction { tables in
            guard let old = tables.settings.removeValue(forKey: name) else { return nil }
            tables.record(.setting(name, from: old, to: nil, in: context))
            tables.announced.append(.setting(name))
            return .text(old)
        }
    }

    /// Stores a text without checking it, like another program.
    package func putSetting(_ name: String, _ text: String) {
        transaction { tables in
            tables.settings[name] = text
            tables.announced.append(.setting(name))
        }
    }
}

extension MemoryStorage: SettingsJournal {
    public func append(_ entry: AuditEntry, in context: RequestContext) async throws {
        transaction { _ = $0.record(entry) }
    }

    public func position(of name: String) async throws -> Int64 { transaction { $0.newest(of: name)?.id ?? 0 } }

    public func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool {
        transaction { tables in
            let newest = tables.newest(of: name)
            let recorded = newest?.changes.first?.new
            guard recorded != text else { return true }
            guard newest?.id ?? 0 == position else { return false }
            tables.record(.setting(name, from: newest == nil ? before : recorded, to: text, in: context))
            return true
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
    fileprivate func newest(of name: String) -> AuditEntry? {
        entries.last { $0.event == .settingChanged && $0.object == name }
    }
}
