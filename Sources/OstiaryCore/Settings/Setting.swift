// SPDX-License-Identifier: Apache-2.0

/// The declaration of a value that operators change while the server runs.
///
/// A feature declares its settings; the lists of all features together are given to ``DynamicSettings``.
public struct Setting<Value: SettingValue>: Sendable {
    /// The name in the database, in the environment (with `OSTIARY_` in front) and in django-constance.
    public let name: String
    public let defaultValue: Value
    /// The valid values.
    public let range: ClosedRange<Value>
    /// The unit of the value; empty for a plain number.
    public let unit: String
    /// One sentence for operators.
    public let help: String

    /// - Parameters:
    ///   - name: capital letters, digits and underscores; other programs share the stores, so begin with a word of your
    ///     own.
    ///   - unit: empty for a plain number.
    ///   - help: one sentence for operators.
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
    /// The name of the type for operators.
    static var typeName: String { get }
    /// - Returns: nil if the text is no such value; never traps.
    init?(settingText: String)
    /// The value as operators type it.
    var settingText: String { get }
    /// - Returns: nil if the value is of another type: in django-constance an int is no float, and a bool no int.
    init?(constance: ConstanceValue)
    /// The value as django-constance stores it.
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
    /// Reads a stored value. - Throws: ``SettingError``.
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

/// The settings of the product.
public enum Settings {
    /// All settings of the product, in the order in which they are listed.
    public static let all: [AnySetting] = tokens + sessions + login + passwords + audit + throttling

    /// - Throws: ``SettingError/unknown(_:nearest:)``.
    package static func named(_ name: String) throws -> AnySetting { try all.named(name) }

    /// - Throws: ``SettingError`` unless the setting exists and the text is a valid value of it.
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

/// The reason why a setting cannot have a value, or a list of settings is not valid. The first text is the name.
public enum SettingError: Error, Equatable, CustomStringConvertible {
    /// There is no setting with the name.
    case unknown(String, nearest: String?)
    /// The text or the stored value is not of the type of the setting.
    case wrongType(String, typeName: String)
    /// The value is not in the range of the setting.
    case outOfRange(String, range: String)
    /// The stored value cannot be read.
    case unusable(String, reason: String)
    /// The environment sets the value, so it cannot be changed.
    case pinned(String)
    /// Two settings of a list have the name.
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
