// SPDX-License-Identifier: Apache-2.0

/// A type that settings can have.
public protocol SettingValue: Sendable {
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

extension Bool: SettingValue {
    public static var typeName: String { "bool" }
    /// - Parameter settingText: `true` or `false`, and no other spelling: `True`, `on` and `1` would each be read by
    ///   some programs and not by others.
    public init?(settingText: String) { self.init(settingText) }
    public var settingText: String { String(self) }
    public init?(constance: ConstanceValue) {
        guard case .bool(let value) = constance else { return nil }
        self = value
    }
    public var constance: ConstanceValue { .bool(self) }
}
