// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension FieldReader {
    /// Reads a boolean.
    /// - Parameter field: a field of the kind ``Field/Kind/flag``.
    /// - Returns: the value; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func flag(_ field: Field) -> Bool? {
        guard let value = value(of: field) else { return nil }
        let flag = value.flag
        if flag == nil { refuse(field, FieldMessage(code: "invalid", text: "Must be a valid boolean.")) }
        return flag
    }

    /// Reads a whole number.
    /// - Parameter field: a field of the kind ``Field/Kind/integer(_:)``.
    /// - Returns: the number; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func integer(_ field: Field) -> Int64? {
        guard let value = value(of: field) else { return nil }
        guard let number = value.integer else {
            refuse(field, .integerInvalid)
            return nil
        }
        guard case .integer(let range) = field.kind, let message = FieldMessage.outside(range, number) else {
            return number
        }
        refuse(field, message)
        return nil
    }

    /// Reads a list of ids.
    /// - Parameter field: a field of the kind ``Field/Kind/ids``.
    /// - Returns: the ids in their order, each once; nil if the field is absent or wrong. An error is kept for
    ///   ``check()``.
    public mutating func ids(_ field: Field) -> [Int64]? {
        guard let elements = elements(of: field) else { return nil }
        var seen: Set<Int64> = []
        var ids: [Int64] = []
        for (index, element) in elements.enumerated() {
            guard let id = element.integer else {
                refuse(field, FieldMessage.integerInvalid.explained("Element \(index + 1) is not a whole number."))
                return nil
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }

    /// Reads a list of texts, each of them trimmed, not blank, and within the length that the field allows.
    /// - Parameter field: a field of the kind ``Field/Kind/texts``.
    /// - Returns: the texts in their order; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func texts(_ field: Field) -> [String]? {
        guard let elements = elements(of: field) else { return nil }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            let (text, messages) = field.text(of: element)
            guard let text, messages.isEmpty else {
                refuse(field, messages.map { $0.explained("Element \(index + 1): \($0.text)") })
                return nil
            }
            texts.append(text)
        }
        return texts
    }

    /// Reads one of several texts.
    /// - Parameter field: a field of the kind ``Field/Kind/choice(_:)``.
    /// - Returns: the text; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func choice(_ field: Field) -> String? {
        guard let text = text(field), case .choice(let choices) = field.kind else { return nil }
        if let choice = choices.first(where: text.hasSameBytes) { return choice }
        refuse(field, .notAmong(choices, text))
        return nil
    }

    private mutating func elements(of field: Field) -> [FieldValue]? {
        guard let value = value(of: field) else { return nil }
        guard case .list(let elements) = value else {
            refuse(
                field,
                FieldMessage(
                    code: "not_a_list", text: "Expected a list of items but got type \"\(value.pythonTypeName)\"."))
            return nil
        }
        guard elements.count <= field.maximumCount else {
            refuse(
                field,
                FieldMessage(
                    code: "max_length", text: "Ensure this field has no more than \(field.maximumCount) elements."))
            return nil
        }
        return elements
    }
}

extension FieldValue {
    /// The boolean; nil for any other value. Forms send text, browsers `on` for a box that is ticked.
    fileprivate var flag: Bool? {
        switch self {
        case .bool(let bool): return bool
        case .string(let string):
            let text = string.text
            if text.matches("true") || text.matches("on") { return true }
            return text.matches("false") || text.matches("off") ? false : nil
        default: return nil
        }
    }

    /// The whole number; nil for any other value, and for a number beyond 64 bits.
    fileprivate var integer: Int64? {
        switch self {
        case .number(let number): number.integer
        case .string(let string) where string.text.utf8.count <= 64: Int64(string.text.trimmingWhitespace())
        default: nil
        }
    }

    /// The name of the type in messages, which existing clients know by Python's names.
    fileprivate var pythonTypeName: String {
        switch self {
        case .string, .file: "str"
        case .number(let number): number.isInteger ? "int" : "float"
        case .bool: "bool"
        case .null: "NoneType"
        case .list, .array: "list"
        case .object: "dict"
        }
    }
}

extension FieldMessage {
    static let integerInvalid = FieldMessage(code: "invalid", text: "A valid integer is required.")

    /// - Returns: the message for a number outside of a range; nil for a number inside.
    static func outside(_ range: ClosedRange<Int64>, _ number: Int64) -> FieldMessage? {
        if number < range.lowerBound {
            return FieldMessage(
                code: "min_value", text: "Ensure this value is greater than or equal to \(range.lowerBound).")
        }
        guard number > range.upperBound else { return nil }
        return FieldMessage(code: "max_value", text: "Ensure this value is less than or equal to \(range.upperBound).")
    }

    /// - Parameter text: what was sent; only its start is repeated.
    static func notAmong(_ choices: [String], _ text: String) -> FieldMessage {
        let start = String(text.unicodeScalars.prefix(50))
        return FieldMessage(code: "invalid_choice", text: "\"\(start)\" is not a valid choice.").explained(
            "Choose one of these: \(choices.joined(separator: ", ")).")
    }

    func explained(_ text: String) -> FieldMessage {
        FieldMessage(code: code, text: self.text, explanation: text)
    }
}
