// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Reads the fields of a request body and collects what is wrong with them, in the order in which they are read.
public struct FieldReader {
    private let fields: [String: FieldValue]
    private var errors: [(field: String, messages: [FieldMessage])] = []
    /// Names of fields, in the order in which they were asked for.
    private var asked: [String] = []

    /// - Throws: ``Refusal`` when the body is not an object.
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

    /// - Returns: nil when the field is absent or wrong; the latter is kept for ``check()``.
    public mutating func text(_ field: Field) -> String? {
        asked.append(field.name)
        guard let value = fields[field.name] else {
            if field.isRequired { refuse(field, [FieldMessage(code: "required", text: "This field is required.")]) }
            return nil
        }
        let text: String
        var messages: [FieldMessage] = []
        switch value {
        case .null:
            refuse(field, [FieldMessage(code: "null", text: "This field may not be null.")])
            return nil
        case .bool, .array, .object, .file:
            refuse(field, [field.invalid])
            return nil
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
        guard !trimmed.isEmpty || field.mayBeBlank else {
            refuse(field, [FieldMessage(code: "blank", text: "This field may not be blank.")])
            return nil
        }
        let result = field.kind == .password ? text : trimmed
        if result.unicodeScalars.contains("\0") {
            messages.insert(
                FieldMessage(code: "null_characters_not_allowed", text: "Null characters are not allowed."), at: 0
            )
        }
        if let limit = field.maximumLength, result.unicodeScalars.count > limit {
            messages.insert(
                FieldMessage(code: "max_length", text: "Ensure this field has no more than \(limit) characters."), at: 0
            )
        }
        if !messages.isEmpty { refuse(field, messages) }
        return result
    }

    /// An e-mail address: all that is wrong with it is told at once.
    /// - Parameter isNew: whether it is to become a login, which a quoted one no longer may.
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

    /// Whether something was wrong so far.
    public var hasErrors: Bool { !errors.isEmpty }

    /// Adds what a look into the store found wrong with a field that had passed its own checks.
    public mutating func refuse(_ field: Field, _ message: FieldMessage) { refuse(field, [message]) }

    /// - Throws: ``Refusal`` with every message, if there is one, in the order in which the fields were asked for.
    public func check() throws {
        guard hasErrors else { return }
        throw Refusal.fields(asked.flatMap { name in errors.filter { $0.field == name } })
    }

    private mutating func refuse(_ field: Field, _ messages: [FieldMessage]) {
        errors.append((field.name, messages))
    }
}

extension Field {
    /// Said instead of a wrong type, and about a text that is not one.
    fileprivate var invalid: FieldMessage {
        kind == .email ? .emailInvalid : FieldMessage(code: "invalid", text: "Not a valid string.")
    }
}

extension String {
    /// Without the white space at both ends that Python's `str.strip` removes.
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
