// SPDX-License-Identifier: Apache-2.0

/// The outcome of a write to a ``SettingsStore``. An audit entry was written exactly if a value was changed.
public enum SettingWrite: Sendable, Equatable {
    /// The new value is in force.
    /// - Parameter old: the value before; nil if there was none.
    case changed(old: StoredSetting?)
    /// The value was not the one that the editor saw. Nothing was changed.
    /// - Parameter current: the stored value; nil if there is none.
    case changedMeanwhile(current: StoredSetting?)

    /// The value that the write found.
    var found: StoredSetting? {
        switch self {
        case .changed(let stored), .changedMeanwhile(let stored): stored
        }
    }
}

/// The value of a setting that an editor saw in force before the change.
public struct SeenSetting: Sendable {
    private let setting: AnySetting
    private let text: String

    /// - Parameters:
    ///   - text: the value as operators type it; the default stands for no stored value.
    ///   - setting: the setting.
    public init(_ text: String, of setting: AnySetting) {
        self.setting = setting
        self.text = (try? setting.value(.text(text)).settingText) ?? text
    }

    /// - Returns: true if a stored value puts the seen one in force. So does one that is not valid: it is ignored, and
    ///   an editor saw the last good value.
    public func isInForce(by stored: StoredSetting?) -> Bool {
        guard let stored else { return text.hasSameBytes(as: setting.defaultText) }
        guard let value = try? setting.value(stored) else { return true }
        return text.hasSameBytes(as: value.settingText)
    }
}

/// A setting was changed since its editor saw it. Nothing was changed by the editor.
public struct SettingConflict: Error, Equatable, CustomStringConvertible {
    /// The name of the setting.
    public let name: String
    /// The value in force now, as text.
    public let current: String
    /// The change that put it in force; nil if it is not recorded.
    public let change: LastChange?

    package init(name: String, current: String, change: LastChange?) {
        self.name = name
        self.current = current
        self.change = change
    }

    public var description: String {
        "\(name) was changed meanwhile: it is \(current)" + (change.map { ", set by \($0.actor)." } ?? ".")
    }
}

/// Time and author of the change that put a value in force.
public struct LastChange: Sendable, Equatable {
    /// The time of the change.
    public let at: Timestamp
    /// The author as in ``AuditEntry/actor``.
    public let actor: String

    package init(at: Timestamp, actor: String) {
        self.at = at
        self.actor = actor
    }

    /// - Parameters:
    ///   - newest: the newest entry of a setting.
    ///   - text: the stored value; nil for none.
    /// - Returns: nil if the entry is not the change that put the value in force: another program has changed it since,
    ///   or the store refused the change.
    init?(_ newest: AuditEntry?, to text: String?) {
        guard let newest, newest.cause != AuditEntry.refusedByRedis, newest.changes.first?.new == text else {
            return nil
        }
        self.init(at: newest.at, actor: newest.actor)
    }
}
