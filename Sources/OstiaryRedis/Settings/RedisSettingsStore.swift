// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Dynamic settings on Redis, in the keys and the format of django-constance's Redis backend.
///
/// A missing value stays missing; django-constance would write the default.
package struct RedisSettingsStore: SettingsStore {
    private let client: RedisClient
    private let prefix: String
    private let journal: any SettingsJournal
    private let known: [AnySetting]

    /// - Parameters:
    ///   - prefix: the prefix of the keys; `constance:` is the default of django-constance.
    ///   - journal: records each change before it is made, so that servers that find the change know its author.
    ///   - known: the settings whose keys are read.
    package init(
        client: RedisClient, prefix: String, journal: any SettingsJournal, known: [AnySetting] = Settings.all
    ) {
        self.client = client
        self.prefix = prefix
        self.journal = journal
        self.known = known
    }

    package var source: SettingSource { .redis }

    package func all() async throws -> [String: StoredSetting] {
        // All commands at once on the one connection: two round trips for any number of settings.
        try await withThrowingTaskGroup(of: (String, StoredSetting?).self) { group in
            for setting in known {
                group.addTask { (setting.name, try await stored(prefix + setting.name)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    package func set(
        _ name: String, to value: any SettingValue, in context: RequestContext
    ) async throws -> StoredSetting? {
        let bytes = try ConstanceCodec.encode(value.constance)
        return try await edit(name, new: value.settingText, in: context) { key in
            [Array("SET".utf8), Array(key.utf8), bytes]
        }
    }

    package func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting? {
        try await edit(name, new: nil, in: context) { key in [Array("DEL".utf8), Array(key.utf8)] }
    }

    private func edit(
        _ name: String, new: String?, in context: RequestContext, _ command: (String) -> [[UInt8]]
    ) async throws -> StoredSetting? {
        let key = prefix + name
        let old = try await stored(key)
        if old == nil, new == nil { return nil }
        try await journal.append(.setting(name, from: old?.shown, to: new, in: context), in: context)
        do {
            _ = try await client.send(command(key))
        } catch {
            guard !error.leavesUnknown else {
                throw StoreUnavailable(reason: "Redis: \(error); the change may be in force all the same")
            }
            var correction = AuditEntry.setting(name, from: new, to: old?.shown, in: context)
            correction.cause = "refused_by_redis"
            try await journal.append(correction, in: context)
            throw StoreUnavailable(reason: "Redis: \(error)")
        }
        return old
    }

    /// Reads a value. The length is read first: a text that is too long is not fetched, and a key of another type is an
    /// error instead of a missing value.
    private func stored(_ key: String) async throws -> StoredSetting? {
        do {
            guard case .integer(let length) = try await client.send(["STRLEN", key]) else { throw Self.unexpected }
            guard length <= ConstanceCodec.maximumLength else {
                return .unusable(reason: "it is longer than \(ConstanceCodec.maximumLength) bytes")
            }
            switch try await client.send(["GET", key]) {
            case .null: return nil
            case .bulk(let bytes): return StoredSetting(constance: bytes)
            default: throw Self.unexpected
            }
        } catch let error as RedisError where error.isWrongType {
            return .unusable(reason: "the key holds no plain string")
        } catch let error as RedisError {
            throw StoreUnavailable(reason: "Redis: \(error)")
        }
    }

    private static let unexpected = StoreUnavailable(reason: "Redis: unexpected reply")
}
