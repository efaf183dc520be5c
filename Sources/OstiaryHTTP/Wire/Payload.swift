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

/// Why a request body could not be read.
enum PayloadError: Error, Sendable, Equatable {
    /// Carries the text of the `Content-Type` header, empty when there was none.
    case unsupportedMediaType(String)
    case malformedJSON(reason: String)
    case malformedMultipart(reason: String)
}

/// What a request body says, whichever of the three media types it came in.
enum Payload: Sendable, Equatable {
    case fields([String: FieldValue])
    /// A JSON document that is neither an object nor null, named the way existing clients know it.
    case notAnObject(pythonTypeName: String)
    case null

    /// Reads a body; the caller has bounded its size.
    /// - Parameter contentType: The `Content-Type` header as sent.
    static func parse(bytes: some Collection<UInt8>, contentType: String?) throws(PayloadError) -> Payload {
        guard !bytes.isEmpty else { return .fields([:]) }
        let media = contentType.flatMap(MediaType.init)
        switch (media?.type, media?.subtype) {
        case ("application", "json"):
            // RFC 8259 §8.1 knows no charset but UTF-8, so the parameter is not looked at.
            do throws(JSONError) {
                return Payload(try JSONReader.read(bytes))
            } catch {
                throw .malformedJSON(reason: error.description)
            }
        case ("application", "x-www-form-urlencoded"):
            return .fields(FormURLEncoded.parse(bytes))
        case ("multipart", "form-data"):
            do throws(MultipartError) {
                return .fields(try MultipartForm.parse(bytes, boundary: media?.parameters["boundary"]))
            } catch {
                throw .malformedMultipart(reason: error.reason)
            }
        default:
            throw .unsupportedMediaType(contentType ?? "")
        }
    }

    private init(_ document: JSONValue) {
        switch document {
        case .object(let object):
            self = .fields(
                [String: FieldValue](object.members.map { ($0.key, FieldValue($0.value)) }) { _, last in last })
        case .null: self = .null
        case .array: self = .notAnObject(pythonTypeName: "list")
        case .string: self = .notAnObject(pythonTypeName: "str")
        case .bool: self = .notAnObject(pythonTypeName: "bool")
        case .number(let number): self = .notAnObject(pythonTypeName: number.isInteger ? "int" : "float")
        }
    }
}
