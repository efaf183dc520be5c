// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Reads the fields of a request body and collects the errors, in the order in which the fields are read.
public struct FieldReader {
    private let fields: [String: FieldValue]
    private var errors: [(field: String, messages: [FieldMessage])] = []
    /// The names of the fields that were read, in that order.
    private var asked: [String] = []

    /// - Throws: ``Refusal`` if the body is not an object.
    init(_ payload: Payload) throws {
        switch payload {
        case .fields(let fields): self.fields = fields
        case .null: throw Refusal.field("non_field_errors", code: "null", "No data provided")
        case .notAnObject(pythonTypeName: let type):
            throw Refusal.field(
                "non_field_errors", code: "invalid", "Invalid data. Expected a dictionary, but got \(type)."
            )
        }
    }

    /// Reads a text: trimmed unless the field is a password, and within the length that the field allows.
    /// - Parameter field: the field to read.
    /// - Returns: the text; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func text(_ field: Field) -> String? {
        guard let value = value(of: field) else { return nil }
        let (text, messages) = field.text(of: value)
        if !messages.isEmpty { refuse(field, messages) }
        return text
    }

    /// - Returns: the value that was sent; nil if the field is absent or null, with an error where that is wrong.
    mutating func value(of field: Field) -> FieldValue? {
        asked.append(field.name)
        guard let value = fields[field.name] else {
            if field.isRequired { refuse(field, FieldMessage(code: "required", text: "This field is required.")) }
            return nil
        }
        if case .null = value {
            refuse(field, FieldMessage(code: "null", text: "This field may not be null."))
            return nil
        }
        return value
    }

    /// Reads an e-mail address and collects every error about it.
    /// - Parameters:
    ///   - field: the field to read.
    ///   - isNew: true if the address is to become a login; a quoted local part is refused then.
    /// - Returns: the address; nil if the field is absent or wrong. An error is kept for ``check()``.
    public mutating func email(_ field: Field, isNew: Bool = false) -> EmailAddress? {
        let before = errors.count
        guard let text = text(field) else { return nil }
        let address = EmailAddress(text).flatMap { isNew && $0.isQuoted ? nil : $0 }
        if address == nil {
            if errors.count > before {
                errors[before].messages.append(field.invalid)
            } else {
                refuse(field, [field.invalid])
            }
        }
        return errors.count > before ? nil : address
    }

    /// True if an error was found so far.
    public var hasErrors: Bool { !errors.isEmpty }

    /// Adds an error that a store found in a field that had passed its own checks.
    /// - Parameters:
    ///   - field: the field that is wrong.
    ///   - message: the error.
    public mutating func refuse(_ field: Field, _ message: FieldMessage) { refuse(field, [message]) }

    /// Refuses the request if an error was found.
    /// - Throws: ``Refusal`` with every message, in the order in which the fields were read.
    public func check() throws {
        guard hasErrors else { return }
        throw Refusal.fields(asked.flatMap { name in errors.filter { $0.field == name } })
    }

    mutating func refuse(_ field: Field, _ messages: [FieldMessage]) {
        errors.append((field.name, messages))
    }
}

extension Field {
    /// The message for a value of a wrong type, and for a text that is no address.
    fileprivate var invalid: FieldMessage {
        kind == .email ? .emailInvalid : FieldMessage(code: "invalid", text: "Not a valid string.")
    }

    /// Checks a value that has to be a text.
    /// - Returns: the text, and every error in it; nil where the value is no text, or a blank one.
    func text(of value: FieldValue) -> (text: String?, messages: [FieldMessage]) {
        let text: String
        var messages: [FieldMessage] = []
        switch value {
        case .bool(let bool) where kind == .scalar: text = bool ? "true" : "false"
        case .null, .bool, .list, .array, .object, .file: return (nil, [invalid])
        case .number(let number): text = number.text
        case .string(let string):
            text = string.text
            if let surrogate = string.loneSurrogate {
                let code = String(surrogate, radix: 16, uppercase: true)
                messages.append(
                    FieldMessage(
                        code: "surrogate_characters_not_allowed",
                        text: "Surrogate characters are not allowed: U+\(code)."
                    )
                )
            }
        }
        let trimmed = text.trimmingWhitespace()
        guard !trimmed.isEmpty || mayBeBlank else {
            return (nil, [FieldMessage(code: "blank", text: "This field may not be blank.")])
        }
        let result = kind == .password ? text : trimmed
        if result.unicodeScalars.contains("\0") { messages.insert(.nullCharacters, at: 0) }
        if let limit = maximumLength, result.unicodeScalars.count > limit { messages.insert(.tooLong(limit), at: 0) }
        return (result, messages)
    }
}

extension FieldMessage {
    static let nullCharacters = FieldMessage(
        code: "null_characters_not_allowed", text: "Null characters are not allowed.")

    static func tooLong(_ limit: Int) -> FieldMessage {
        FieldMessage(code: "max_length", text: "Ensure this field has no more than \(limit) characters.")
    }
}

extension String {
    /// A copy without the white space at both ends that Python's `str.strip` removes.
    func trimmingWhitespace() -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        let scalars = unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else { return self }
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }
}
