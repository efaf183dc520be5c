// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A value to be written.
struct NewValue {
    let text: String
    let stored: StoredSetting
    let bytes: [UInt8]

    init(_ value: any SettingValue, bytes: [UInt8]) {
        text = value.settingText
        stored = .constance(value.constance)
        self.bytes = bytes
    }
}

/// The change of a setting on Redis.
struct SettingEdit {
    let name: String
    let key: String
    /// nil to delete the value.
    let new: NewValue?
    /// The value that has to be in force before; nil for any.
    let seen: SeenSetting?

    func allows(_ held: HeldValue) -> Bool { seen?.isInForce(by: held.setting) ?? true }

    func entry(from held: HeldValue, in context: RequestContext) -> AuditEntry {
        .setting(name, from: held.setting?.shown, to: new?.text, in: context)
    }

    /// The entry that corrects ``entry(from:in:)``, since the key has another value.
    func correction(to held: HeldValue, cause: String, in context: RequestContext) -> AuditEntry {
        var entry = AuditEntry.setting(name, from: new?.text, to: held.setting?.shown, in: context)
        entry.cause = cause
        return entry
    }
}

/// Redis and the journal have no common transaction, so a change is recorded before it is made: servers that find it know
/// its author then. The journal decides which of several of our programs is next: an entry is added only if the one
/// that was seen is still the newest, and nobody goes on while the newest tells of a value that is not there yet. A
/// program of others can still change the key in between; the script notices that, and a second entry corrects the
/// first.
extension RedisSettingsStore {
    /// The looks that a change takes until no other change is under way: a little more than a command may take.
    private static let looks = 60
    private static let pause = Duration.milliseconds(10)
    /// The most values that are compared in one change, while another program writes one after the other.
    private static let swaps = 5

    func edit(_ edit: SettingEdit, in context: RequestContext) async throws -> SettingWrite {
        for look in 1...Self.looks {
            let newest = try await journal.newest(of: [edit.name])[edit.name]
            let held = try await held(edit.key)
            guard look == Self.looks || !Self.isUnderWay(newest, held, at: context.now) else {
                try await Task.sleep(for: Self.pause)
                continue
            }
            guard edit.allows(held) else { return .changedMeanwhile(current: held.setting) }
            guard held.setting != edit.new?.stored else { return .changed(old: held.setting) }
            let entry = edit.entry(from: held, in: context)
            if try await journal.append(entry, at: newest?.id ?? 0, in: context) {
                return try await write(edit, from: held, in: context)
            }
        }
        throw StoreUnavailable(reason: "the setting is changed by others without a pause")
    }

    /// True if an entry of the last seconds tells of a value that is not there: its author is about to write it.
    private static func isUnderWay(_ newest: AuditEntry?, _ held: HeldValue, at now: Timestamp) -> Bool {
        guard let newest, newest.changes.first?.new != held.setting?.shown else { return false }
        return newest.at.adding(seconds: 5) > now
    }

    /// Makes the recorded change.
    private func write(_ edit: SettingEdit, from held: HeldValue, in context: RequestContext) async throws
        -> SettingWrite
    {
        var held = held
        do {
            guard edit.seen != nil else {
                let command = edit.new.map { ["SET".utf8, edit.key.utf8].map(Array.init) + [$0.bytes] }
                _ = try await client.send(command ?? ["DEL".utf8, edit.key.utf8].map(Array.init))
                return .changed(old: held.setting)
            }
            for swap in 1...Self.swaps {
                let arguments = SwapScript.arguments(edit.key, from: held, to: edit.new?.bytes)
                guard let reply = SwapScript.reply(try await SwapScript.script.run(arguments, on: client)) else {
                    throw Self.unexpected
                }
                guard case .found(let other) = reply else { break }
                // Django writes the default of a name back when it reads one that is not set.
                guard edit.allows(other), swap < Self.swaps else {
                    let program = RequestContext(actor: .anotherProgram, now: context.now)
                    let correction = edit.correction(to: other, cause: AuditEntry.changedMeanwhile, in: program)
                    try await journal.append(correction, at: nil, in: context)
                    return .changedMeanwhile(current: other.setting)
                }
                held = other
            }
            return .changed(old: held.setting)
        } catch let error as RedisError {
            guard !error.leavesUnknown else {
                throw StoreUnavailable(reason: "Redis: \(error); the change may be in force all the same")
            }
            let correction = edit.correction(to: held, cause: AuditEntry.refusedByRedis, in: context)
            try await journal.append(correction, at: nil, in: context)
            throw StoreUnavailable(reason: "Redis: \(error)")
        }
    }
}
