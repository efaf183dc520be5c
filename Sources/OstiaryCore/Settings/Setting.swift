// SPDX-License-Identifier: Apache-2.0

/// A value that operators change while the server runs.
///
/// A feature declares its settings; the command line, the documentation check and the stores read ``Settings/all``.
public struct Setting<Value: SettingValue>: Sendable {
    /// As in the database, the environment (`OSTIARY_` in front) and django-constance.
    public let name: String
    public let defaultValue: Value
    public let range: ClosedRange<Value>
    /// What one unit of the value is; empty for a plain number.
    public let unit: String
    public let help: String

    public init(name: String, defaultValue: Value, range: ClosedRange<Value>, unit: String = "", help: String) {
        self.name = name
        self.defaultValue = defaultValue
        self.range = range
        self.unit = unit
        self.help = help
    }
}

/// A type that settings can have.
public protocol SettingValue: Sendable, Comparable {
    /// As shown to operators.
    static var typeName: String { get }
    /// - Returns: nil when the text is no such value; never traps.
    init?(settingText: String)
    var settingText: String { get }
    /// - Returns: nil when the value is of another type: an int is no float there, and a bool no int.
    init?(constance: ConstanceValue)
    var constance: ConstanceValue { get }
}

extension Int: SettingValue {
    public static var typeName: String { "int" }
    public init?(settingText: String) { self.init(settingText) }
    public var settingText: String { String(self) }
    public init?(constance: ConstanceValue) {
        guard case .integer(let value) = constance else { return nil }
        self.init(exactly: value)
    }
    public var constance: ConstanceValue { .integer(Int64(self)) }
}

/// A setting without its type, for lists and stores.
public struct AnySetting: Sendable {
    public let name: String
    public let typeName: String
    public let defaultText: String
    public let rangeText: String
    public let unit: String
    public let help: String
    /// The value that is meant. - Throws: ``SettingError``.
    package let value: @Sendable (StoredSetting) throws -> any SettingValue

    public init<Value: SettingValue>(_ setting: Setting<Value>) {
        let rangeText = "\(setting.range.lowerBound.settingText)…\(setting.range.upperBound.settingText)"
        self.name = setting.name
        self.typeName = Value.typeName
        self.defaultText = setting.defaultValue.settingText
        self.rangeText = rangeText
        self.unit = setting.unit
        self.help = setting.help
        self.value = { stored in
            let read: Value? =
                switch stored {
                case .text(let text): Value(settingText: text)
                case .constance(let value): Value(constance: value)
                case .unusable(let reason): throw SettingError.unusable(setting.name, reason: reason)
                }
            guard let value = read else {
                throw SettingError.wrongType(setting.name, typeName: Value.typeName)
            }
            guard setting.range.contains(value) else { throw SettingError.outOfRange(setting.name, range: rangeText) }
            return value
        }
    }
}

public enum Settings {
    /// Every setting there is, in the order in which it is listed: each feature declares its own.
    public static let all: [AnySetting] = tokens + sessions + login + passwords + audit + throttling

    /// - Throws: ``SettingError/unknown(_:nearest:)``.
    package static func named(_ name: String) throws -> AnySetting { try all.named(name) }

    /// - Throws: ``SettingError`` unless the setting exists and can have the value that the text stands for.
    package static func check(_ name: String, _ text: String) throws {
        _ = try named(name).value(.text(text))
    }
}

extension [AnySetting] {
    /// - Throws: ``SettingError/unknown(_:nearest:)``.
    package func named(_ name: String) throws -> AnySetting {
        guard let setting = first(where: { $0.name == name }) else {
            throw SettingError.unknown(name, nearest: nearestName(to: name, among: map(\.name)))
        }
        return setting
    }

    /// - Throws: ``SettingError/duplicate(_:)`` where two settings have one name.
    func requireDistinctNames() throws {
        var names: Set<String> = []
        for setting in self where !names.insert(setting.name).inserted { throw SettingError.duplicate(setting.name) }
    }
}

public enum SettingError: Error, Equatable, CustomStringConvertible {
    case unknown(String, nearest: String?)
    case wrongType(String, typeName: String)
    case outOfRange(String, range: String)
    case unusable(String, reason: String)
    case pinned(String)
    case duplicate(String)

    public var description: String {
        switch self {
        case .unknown(let name, let nearest):
            "There is no setting \(name)." + (nearest.map { " Did you mean \($0)?" } ?? "")
        case .wrongType(let name, let type): "\(name) must be of type \(type)."
        case .outOfRange(let name, let range): "\(name) must be in \(range)."
        case .unusable(let name, let reason): "\(name) cannot be read: \(reason)."
        case .pinned(let name):
            "\(name) is pinned by the environment variable OSTIARY_\(name); unset that to change it here."
        case .duplicate(let name): "Two settings are called \(name); rename one."
        }
    }
}
