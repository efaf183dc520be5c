// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The value of one field of a request body.
enum FieldValue: Sendable, Equatable {
    case string(JSONString)
    case number(JSONNumber)
    case bool(Bool)
    case null
    case array
    case object
    case file

    init(_ value: JSONValue) {
        switch value {
        case .string(let string): self = .string(string)
        case .number(let number): self = .number(number)
        case .bool(let bool): self = .bool(bool)
        case .null: self = .null
        case .array: self = .array
        case .object: self = .object
        }
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
    static func parse(
        bytes: some Collection<UInt8>, contentType: String?, names: FieldNames
    ) throws(PayloadError) -> Payload {
        guard !bytes.isEmpty else { return .fields([:]) }
        let media = ParameterizedValue(contentType?.octets ?? [])
        switch BodyFormat(media.value) {
        case .json:
            // JSON is always UTF-8 (RFC 8259 §8.1), so the `charset` parameter is ignored.
            do throws(JSONError) {
                let document = try JSONReader.read(withoutByteOrderMark(bytes), maximumValues: maximumValues)
                return Payload(document, names)
            } catch {
                throw .malformedJSON(reason: error.description)
            }
        case .form:
            do throws(FormError) {
                return .fields(try FormURLEncoded.parse(withoutByteOrderMark(bytes), names))
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

    /// The greatest number of values in a JSON document, nested ones included: that of fields in a form.
    static let maximumValues = 1_000

    /// Some editors and libraries write a byte order mark; a reader may skip it (RFC 8259 §8.1).
    private static func withoutByteOrderMark<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    private init(_ document: JSONValue, _ names: FieldNames) {
        switch document {
        case .object(let object):
            self = .fields(names.values { object[$0].map(FieldValue.init) })
        case .null: self = .null
        case .array: self = .notAnObject(pythonTypeName: "list")
        case .string: self = .notAnObject(pythonTypeName: "str")
        case .bool: self = .notAnObject(pythonTypeName: "bool")
        case .number(let number): self = .notAnObject(pythonTypeName: number.isInteger ? "int" : "float")
        }
    }
}
