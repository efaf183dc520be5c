// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Dynamic settings on Redis, in the keys and the format of django-constance's Redis backend.
///
/// An unset name is left unset: a reader over there writes the default back, this one does not.
package struct RedisSettingsStore: SettingsStore {
    private let client: RedisClient
    private let prefix: String
    private let journal: any SettingsJournal
    private let known: [AnySetting]

    /// - Parameters:
    ///   - prefix: stands before each name; `constance:` over there.
    ///   - journal: is told of each change before it is made, so that whoever sees the change knows its author.
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
        // All at once on the one connection: two round trips, however many settings there are.
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

    /// The length first: what is too long to be a value is not fetched, and a key of another type is told from none.
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
