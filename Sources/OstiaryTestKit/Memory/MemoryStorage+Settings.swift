// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SettingsStore {
    public var source: SettingSource { .database }

    public func all() async throws -> [String: StoredSetting] {
        transaction { $0.settings.mapValues(StoredSetting.text) }
    }

    public func set(
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        write(name, value.settingText, ifStill: seen, in: context)
    }

    public func unset(
        _ name: String, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        write(name, nil, ifStill: seen, in: context)
    }

    private func write(
        _ name: String, _ text: String?, ifStill seen: SeenSetting?, in context: RequestContext
    ) -> SettingWrite {
        transaction { tables in
            let old = tables.settings[name]
            let stored = old.map(StoredSetting.text)
            if let seen, !seen.isInForce(by: stored) { return .changedMeanwhile(current: stored) }
            guard old != text else { return .changed(old: stored) }
            tables.settings[name] = text
            tables.record(.setting(name, from: old, to: text, in: context))
            tables.announced.append(.setting(name))
            return .changed(old: stored)
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
    public func append(_ entry: AuditEntry, at position: Int64?, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            if let position, tables.newest(of: entry.object ?? "")?.id ?? 0 != position { return false }
            tables.record(entry)
            return true
        }
    }

    public func newest(of names: [String]) async throws -> [String: AuditEntry] {
        transaction { tables in names.reduce(into: [:]) { $0[$1] = tables.newest(of: $1) } }
    }

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
