// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Dynamic settings on Redis, in the keys and the format of django-constance's Redis backend.
///
/// A missing value stays missing; django-constance would write the default.
package struct RedisSettingsStore: SettingsStore {
    let client: RedisClient
    private let prefix: String
    let journal: any SettingsJournal
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

    package var isReachable: Bool { if case .connected = client.state { true } else { false } }

    package func all() async throws -> [String: StoredSetting] {
        // All commands at once on the one connection: two round trips for any number of settings.
        try await withThrowingTaskGroup(of: (String, StoredSetting?).self) { group in
            for setting in known {
                group.addTask { (setting.name, try await held(prefix + setting.name).setting) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    package func set(
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        let new = NewValue(value, bytes: try ConstanceCodec.encode(value.constance))
        return try await edit(SettingEdit(name: name, key: prefix + name, new: new, seen: seen), in: context)
    }

    package func unset(
        _ name: String, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        try await edit(SettingEdit(name: name, key: prefix + name, new: nil, seen: seen), in: context)
    }

    /// Reads a value. The length is read first: a text that is too long is not fetched, and a key of another type is an
    /// error instead of a missing value.
    func held(_ key: String) async throws -> HeldValue {
        do {
            guard case .integer(let length) = try await client.send(["STRLEN", key]) else { throw Self.unexpected }
            guard length <= ConstanceCodec.maximumLength else { return .tooLong }
            switch try await client.send(["GET", key]) {
            case .null: return .none
            case .bulk(let bytes): return .bytes(bytes)
            default: throw Self.unexpected
            }
        } catch let error as RedisError where error.isWrongType {
            return .otherType
        } catch let error as RedisError {
            throw StoreUnavailable(reason: "Redis: \(error)")
        }
    }

    static let unexpected = StoreUnavailable(reason: "Redis: unexpected reply")
}
