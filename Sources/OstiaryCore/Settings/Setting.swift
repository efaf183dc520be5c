// SPDX-License-Identifier: Apache-2.0

/// The declaration of a value that operators change while the server runs.
///
/// A feature declares its settings; the lists of all features together are given to ``DynamicSettings``.
public struct Setting<Value: SettingValue>: Sendable {
    /// The name in the database, in the environment (with `OSTIARY_` in front) and in django-constance.
    public let name: String
    /// The value in force while none is stored.
    public let defaultValue: Value
    /// The valid values.
    public let values: ValidValues<Value>
    /// The unit of the value; empty for a plain number.
    public let unit: String
    /// One sentence for operators.
    public let help: String

    /// - Parameters:
    ///   - name: capital letters, digits and underscores; other programs share the stores, so begin with a word of your
    ///     own.
    ///   - defaultValue: the value while nobody has set another.
    ///   - values: the valid values.
    ///   - unit: empty for a plain number.
    ///   - help: one sentence for operators.
    public init(name: String, defaultValue: Value, values: ValidValues<Value>, unit: String = "", help: String) {
        self.name = name
        self.defaultValue = defaultValue
        self.values = values
        self.unit = unit
        self.help = help
    }

    /// A setting whose valid values are a range; see the other initializer.
    public init(
        name: String, defaultValue: Value, range: ClosedRange<Value>, unit: String = "", help: String
    ) where Value: Comparable {
        self.init(name: name, defaultValue: defaultValue, values: .range(range), unit: unit, help: help)
    }
}

extension Setting where Value == Bool {
    /// A setting that is on or off; see the other initializer.
    public init(name: String, defaultValue: Bool, help: String) {
        self.init(name: name, defaultValue: defaultValue, values: .all("true or false"), help: help)
    }
}

/// A setting without its type, for lists and stores.
public struct AnySetting: Sendable {
    /// See ``Setting/name``.
    public let name: String
    /// The name of the type for operators, such as `int` (``SettingValue/typeName``).
    public let typeName: String
    /// The text of the default, in the form of ``SettingValue/settingText``.
    public let defaultText: String
    /// The valid values in words.
    public let rangeText: String
    /// The smallest valid value; nil where values have no order.
    public let minimumText: String?
    /// The largest valid value; nil where values have no order.
    public let maximumText: String?
    /// See ``Setting/unit``.
    public let unit: String
    /// See ``Setting/help``.
    public let help: String
    /// Reads a stored value. - Throws: ``SettingError``.
    package let value: @Sendable (StoredSetting) throws -> any SettingValue

    /// - Parameter setting: the declaration with its type, by which stored values are read.
    public init<Value: SettingValue>(_ setting: Setting<Value>) {
        let values = setting.values
        self.name = setting.name
        self.typeName = Value.typeName
        self.defaultText = setting.defaultValue.settingText
        self.rangeText = values.text
        self.minimumText = values.minimum?.settingText
        self.maximumText = values.maximum?.settingText
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
                let type = values.minimum == nil ? "\(Value.typeName), \(values.text)" : Value.typeName
                throw SettingError.wrongType(setting.name, typeName: type)
            }
            guard values.contains(value) else { throw SettingError.outOfRange(setting.name, range: values.text) }
            return value
        }
    }
}

/// The settings of the product.
public enum Settings {
    /// All settings of the product, in the order in which they are listed.
    public static let all: [AnySetting] = tokens + keys + sessions + login + passwords + audit + throttling + mail

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
