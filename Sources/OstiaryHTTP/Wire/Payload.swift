// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The value of one field of a request body.
enum FieldValue: Sendable, Equatable {
    case string(JSONString)
    case number(JSONNumber)
    case bool(Bool)
    case null
    /// The elements of a list, for a field that wants one: at most one more than ``Field/maximumElements``, so that a
    /// longer list is known to be one.
    case list([FieldValue])
    /// An array whose elements nobody wants.
    case array
    case object
    case file

    /// - Parameter isList: true to keep the elements of an array.
    init(_ value: JSONValue, isList: Bool = false) {
        switch value {
        case .string(let string): self = .string(string)
        case .number(let number): self = .number(number)
        case .bool(let bool): self = .bool(bool)
        case .null: self = .null
        case .array(let elements) where isList:
            self = .list(elements.prefix(Field.maximumElements + 1).map { FieldValue($0) })
        case .array: self = .array
        case .object: self = .object
        }
    }
}

/// The fields of a form, as they are found in it.
struct FormFields {
    private var fields: [String: FieldValue] = [:]
    private var lists: [String: [FieldValue]] = [:]
    private let names: FieldNames

    init(_ names: FieldNames) { self.names = names }

    /// True if a value was taken for a field that is no list.
    func has(_ name: String) -> Bool { fields[name] != nil }

    /// Takes a value; of the values of a field that is no list, the last one counts.
    mutating func add(_ value: FieldValue, to name: String) {
        guard names.isList(name) else {
            fields[name] = value
            return
        }
        if lists[name, default: []].count <= Field.maximumElements { lists[name, default: []].append(value) }
    }

    /// The values by name. An empty text alone stands for an empty list.
    var values: [String: FieldValue] {
        let lists = lists.mapValues { $0 == [.string(JSONString(""))] ? FieldValue.list([]) : .list($0) }
        return fields.merging(lists) { field, _ in field }
    }
}

/// The reason why a request body could not be read.
enum PayloadError: Error, Sendable, Equatable {
    /// A body of another media type. The text is that of the `Content-Type` header; empty if there is none.
    case unsupportedMediaType(String)
    case malformedJSON(reason: String)
    case malformedForm(reason: String)
    case malformedMultipart(reason: String)
}

/// The content of a request body, whatever its media type.
enum Payload: Sendable, Equatable {
    case fields([String: FieldValue])
    /// A JSON document that is neither an object nor null. Existing clients know its type by Python's name.
    case notAnObject(pythonTypeName: String)
    case null

    /// Reads a body whose size the caller has bounded.
    /// - Parameters:
    ///   - contentType: the `Content-Type` header as sent.
    ///   - names: the fields of the endpoint; other members of the body are skipped.
    ///   - duplicates: the meaning of a field that is repeated.
    static func parse(
        bytes: some Collection<UInt8>, contentType: String?, names: FieldNames,
        duplicates: JSONReader.DuplicateKeys = .lastWins
    ) throws(PayloadError) -> Payload {
        guard !bytes.isEmpty else { return .fields([:]) }
        let media = ParameterizedValue(contentType?.octets ?? [])
        switch BodyFormat(media.value) {
        case .json:
            // JSON is always UTF-8 (RFC 8259 §8.1), so the `charset` parameter is ignored.
            do throws(JSONError) {
                let document = try JSONReader.read(
                    withoutByteOrderMark(bytes), maximumValues: maximumValues, duplicateKeys: duplicates)
                return Payload(document, names)
            } catch {
                throw .malformedJSON(reason: error.description)
            }
        case .form:
            do throws(FormError) {
                return .fields(try FormURLEncoded.parse(withoutByteOrderMark(bytes), names, duplicates))
            } catch {
                throw .malformedForm(reason: error.reason)
            }
        case .multipart:
            do throws(MultipartError) {
                return .fields(try MultipartForm.parse(bytes, boundary: media["boundary"], names))
            } catch {
                throw .malformedMultipart(reason: error.reason)
            }
        case nil: throw .unsupportedMediaType(contentType ?? "")
        }
    }

    /// The payload with some fields without the white space at their ends.
    func trimming(_ names: Set<String>) -> Payload {
        guard case .fields(var fields) = self else { return self }
        for name in names {
            if case .string(let string)? = fields[name], string.loneSurrogate == nil {
                fields[name] = .string(JSONString(string.text.trimmingWhitespace()))
            }
        }
        return .fields(fields)
    }

    /// The greatest number of values in a JSON document, nested ones included: that of fields in a form.
    static let maximumValues = 1_000

    /// Some editors and libraries write a byte order mark; a reader may skip it (RFC 8259 §8.1).
    private static func withoutByteOrderMark<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    private init(_ document: JSONValue, _ names: FieldNames) {
        switch document {
        case .object(let object):
            self = .fields(names.values { name in object[name].map { FieldValue($0, isList: names.isList(name)) } })
        case .null: self = .null
        case .array: self = .notAnObject(pythonTypeName: "list")
        case .string: self = .notAnObject(pythonTypeName: "str")
        case .bool: self = .notAnObject(pythonTypeName: "bool")
        case .number(let number): self = .notAnObject(pythonTypeName: number.isInteger ? "int" : "float")
        }
    }
}
