// SPDX-License-Identifier: Apache-2.0

/// The valid values of a setting.
public struct ValidValues<Value: SettingValue>: Sendable {
    /// The smallest value; nil where values have no order.
    public let minimum: Value?
    /// The largest value; nil where values have no order.
    public let maximum: Value?
    /// The values in words, such as `1…600` or `true or false`.
    public let text: String
    private let isValid: @Sendable (Value) -> Bool

    /// The values of a range.
    public static func range(_ range: ClosedRange<Value>) -> ValidValues where Value: Comparable {
        let (lowest, highest) = (range.lowerBound, range.upperBound)
        return ValidValues(
            minimum: lowest, maximum: highest, text: "\(lowest.settingText)…\(highest.settingText)",
            isValid: range.contains)
    }

    /// All values of a type.
    /// - Parameter text: the values in words.
    public static func all(_ text: String) -> ValidValues {
        ValidValues(minimum: nil, maximum: nil, text: text) { _ in true }
    }

    private init(minimum: Value?, maximum: Value?, text: String, isValid: @escaping @Sendable (Value) -> Bool) {
        self.minimum = minimum
        self.maximum = maximum
        self.text = text
        self.isValid = isValid
    }

    /// - Returns: true if the value is one of them.
    public func contains(_ value: Value) -> Bool { isValid(value) }
}
