import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// A form that a page sent, taken apart into the request that its user means.
struct PageForm: Sendable {
    /// Names of inputs that are not fields of the API.
    enum Input {
        static let token = "_token"
        static let method = "_method"
        static let content = "_content"
        static let contentType = "_content_type"
        /// What begins the names of inputs for parameters of the query and for headers.
        static let query = "_query."
        static let header = "_header."
    }

    let token: String
    let method: HTTPRequest.Method
    /// In the order of the page.
    let fields: [(name: String, value: String)]
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    /// The body as typed, where the raw form was used.
    let content: String?
    let contentType: String

    init(_ body: [UInt8]) {
        let pairs = FormURLEncoded.pairs(body)
        func value(_ name: String) -> String? { pairs.first { $0.name == name }?.value }
        func values(_ prefix: String) -> [(name: String, value: String)] {
            pairs.filter { $0.name.hasPrefix(prefix) && !$0.value.isEmpty }
                .map { (String($0.name.dropFirst(prefix.count)), $0.value) }
        }
        token = value(Input.token) ?? ""
        method = value(Input.method).flatMap(HTTPRequest.Method.init(rawValue:)) ?? .post
        fields = pairs.filter { !$0.name.hasPrefix("_") }
        query = values(Input.query)
        headers = values(Input.header)
        content = value(Input.content)
        contentType = value(Input.contentType) ?? BodyFormat.json.rawValue
    }

    /// Whether a request brings such a form.
    static func isSent(by request: HTTPRequest) -> Bool {
        guard request.method == .post, let type = request.headerFields[.contentType] else { return false }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        return essence == BodyFormat.form.rawValue
    }

    /// The fields as one JSON document, every value a string.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        var seen: Set<String> = []
        for field in fields where seen.insert(field.name).inserted {
            writer.key(field.name)
            writer.string(field.value)
        }
        writer.endObject()
        return writer.bytes
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
