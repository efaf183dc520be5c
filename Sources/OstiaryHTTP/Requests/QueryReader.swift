// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Reads the parameters of a query strictly and collects the errors, in the order in which they are read.
///
/// An absent parameter is nil. One that is empty, sent twice, malformed or of an unknown value is an error, so that no
/// mistake in a filter shows more than was asked for. Parameters that nobody reads are ignored.
public struct QueryReader {
    private let pairs: [(name: String?, value: ArraySlice<UInt8>)]
    private var errors: [(field: String, messages: [FieldMessage])] = []

    /// The greatest number of parameters; a query with more is refused.
    private static let maximumPairs = 100
    /// The greatest length of an encoded name that is compared with those of parameters, in bytes.
    private static let maximumName = 192

    /// - Parameter query: a query without its question mark.
    public init(_ query: String) { self.init(query.octets) }

    init(_ query: ArraySlice<UInt8>) {
        // One empty part may end a query; of more than that some would be left out unseen.
        let parts = query.parts(separatedBy: UInt8(ascii: "&"), atMost: Self.maximumPairs + 2)
        pairs = parts.filter { !$0.isEmpty }.map { part in
            let equals = part.place(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = part[..<equals]
            return (
                name.count <= Self.maximumName ? Query.decoded(name) : nil, part[equals...].dropFirst()
            )
        }
        if pairs.count > Self.maximumPairs || parts.count > Self.maximumPairs + 1 {
            refuse("non_field_errors", FieldMessage(code: "invalid", text: "The query has too many parameters."))
        }
    }

    /// Reads a text.
    /// - Parameters:
    ///   - parameter: the parameter to read.
    ///   - limit: the greatest length in bytes, after decoding.
    /// - Returns: the text as sent, but decoded; nil if the parameter is absent or wrong.
    public mutating func text(_ parameter: Parameter, atMost limit: Int = 1_024) -> String? {
        let values = pairs.filter { $0.name?.hasSameBytes(as: parameter.name) == true }.map(\.value)
        guard let value = values.first else {
            if parameter.isRequired {
                refuse(parameter, FieldMessage(code: "required", text: "This parameter is required."))
            }
            return nil
        }
        guard values.count == 1 else {
            refuse(parameter, FieldMessage(code: "invalid", text: "This parameter may be sent only once."))
            return nil
        }
        guard !value.isEmpty else {
            refuse(parameter, FieldMessage(code: "blank", text: "This parameter may not be blank."))
            return nil
        }
        // An encoded byte takes three.
        guard value.count <= 3 * limit, let text = Query.decoded(value) else {
            refuse(parameter, value.count <= 3 * limit ? .encodingInvalid : .tooLong(limit))
            return nil
        }
        guard text.utf8.count <= limit else {
            refuse(parameter, .tooLong(limit))
            return nil
        }
        guard !text.utf8.contains(0) else {
            refuse(parameter, .nullCharacters)
            return nil
        }
        return text
    }

    /// Reads a whole number.
    /// - Returns: the number; nil if the parameter is absent or wrong.
    public mutating func integer(_ parameter: Parameter, in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
        guard let text = text(parameter) else { return nil }
        guard text.utf8.count <= 20, let number = Int64(text) else {
            refuse(parameter, .integerInvalid)
            return nil
        }
        guard let message = FieldMessage.outside(range, number) else { return number }
        refuse(parameter, message)
        return nil
    }

    /// Reads a boolean: `true` or `false`.
    /// - Returns: the boolean; nil if the parameter is absent or wrong.
    public mutating func boolean(_ parameter: Parameter) -> Bool? {
        guard let text = text(parameter) else { return nil }
        if text.hasSameBytes(as: "true") { return true }
        if text.hasSameBytes(as: "false") { return false }
        refuse(
            parameter, FieldMessage(code: "invalid", text: "Must be a valid boolean.").explained("Send true or false."))
        return nil
    }

    /// Reads a time (RFC 3339), also without seconds or offset, or a date; without an offset it is in UTC.
    /// - Returns: the time; nil if the parameter is absent or wrong.
    public mutating func dateTime(_ parameter: Parameter) -> Timestamp? {
        guard let text = text(parameter) else { return nil }
        if let time = Timestamp(rfc3339: text) { return time }
        refuse(
            parameter,
            FieldMessage(
                code: "invalid", text: "Must be a time such as 2026-01-31T08:30:00Z, or a date such as 2026-01-31."))
        return nil
    }

    /// Reads one of several texts.
    /// - Parameter parameter: a parameter whose value is ``Parameter/Value/oneOf(_:)``.
    /// - Returns: the text; nil if the parameter is absent or wrong.
    public mutating func choice(_ parameter: Parameter) -> String? {
        guard let text = text(parameter), case .oneOf(let choices) = parameter.value else { return nil }
        if let choice = choices.first(where: text.hasSameBytes) { return choice }
        refuse(parameter, .notAmong(choices, text))
        return nil
    }

    /// Reads a value of another type.
    /// - Parameters:
    ///   - parameter: the parameter to read.
    ///   - message: the error for a text that is no such value.
    ///   - parse: makes the value of the text; nil if it is none.
    /// - Returns: the value; nil if the parameter is absent or wrong.
    mutating func value<Value>(_ parameter: Parameter, _ message: FieldMessage, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(parameter) else { return nil }
        let value = parse(text)
        if value == nil { refuse(parameter, message) }
        return value
    }

    /// Adds an error that the handler found in a parameter.
    public mutating func refuse(_ parameter: Parameter, _ message: FieldMessage) { refuse(parameter.name, message) }

    /// Refuses the request if an error was found.
    /// - Throws: ``Refusal`` with every message, in the order in which the parameters were read.
    public func check() throws {
        guard errors.isEmpty else { throw Refusal.fields(errors) }
    }

    private mutating func refuse(_ name: String, _ message: FieldMessage) { errors.append((name, [message])) }
}

extension FieldMessage {
    fileprivate static let encodingInvalid = FieldMessage(code: "invalid", text: "Must be UTF-8, percent-encoded.")
}
