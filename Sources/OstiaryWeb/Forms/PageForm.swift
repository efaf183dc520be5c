// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The form that a page sent, decoded into the parts of an API request.
struct PageForm: Sendable {
    /// The names of inputs that are not fields of the API.
    enum Input {
        static let token = "_token"
        static let method = "_method"
        static let content = "_content"
        static let contentType = "_content_type"
        /// The visitor's own password, by which a page lets the visitor go on.
        static let ownPassword = "_own_password"
        /// The prefixes of input names for query parameters and for headers.
        static let query = "_query."
        static let header = "_header."
    }

    let token: String
    let method: HTTPRequest.Method
    /// The fields in the order of the page.
    let fields: [(name: String, value: String)]
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    /// The body as typed into the raw form; nil if another form was sent.
    let content: String?
    let contentType: String
    /// The visitor's own password, if the form asked for it.
    let ownPassword: String?

    init(_ body: [UInt8]) {
        let pairs = FormURLEncoded.pairs(body)
        func value(_ name: String) -> String? { pairs.first { $0.name.hasSameBytes(as: name) }?.value }
        func values(_ prefix: String) -> [(name: String, value: String)] {
            pairs.filter { $0.name.hasBytePrefix(prefix) && !$0.value.isEmpty }
                .map { (String(decoding: $0.name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self), $0.value) }
        }
        token = value(Input.token) ?? ""
        method = Self.method(value(Input.method)) ?? .post
        fields = pairs.filter { !$0.name.hasBytePrefix("_") }
        query = values(Input.query)
        headers = values(Input.header)
        content = value(Input.content)
        ownPassword = value(Input.ownPassword)
        let type = value(Input.contentType)
        contentType =
            BodyFormat.allCases.first { type?.hasSameBytes(as: $0.rawValue) == true }?.rawValue
            ?? BodyFormat.json.rawValue
    }

    /// - Returns: the method; nil for methods that no endpoint has.
    private static func method(_ text: String?) -> HTTPRequest.Method? {
        let known: [HTTPRequest.Method] = [.get, .head, .options, .post, .put, .patch, .delete]
        return text.flatMap { text in known.first { text.hasSameBytes(as: $0.rawValue) } }
    }

    /// True if a request carries the body of an HTML form.
    static func isSent(by request: IncomingRequest) -> Bool {
        guard request.method == .post, let type = request[.contentType] else { return false }
        return BodyFormat(contentType: type) == .form
    }

    /// The fields as one JSON document, each value of its field's type. Text that is no value of the type stays text,
    /// which the API refuses with a message.
    /// - Parameter known: the fields of the operation; a value of any other name is text.
    func json(of known: [Field]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        // Hashing names is safe: they are short and ASCII, see ``FormURLEncoded/pairs(_:)``.
        var seen: Set<String> = []
        for (name, value) in fields where seen.insert(name).inserted {
            let field = known.first { name.hasSameBytes(as: $0.name) }
            // An empty input for an optional value counts as absent.
            if value.isEmpty, field?.isLeftOutIfEmpty == true { continue }
            writer.key(name)
            writer.write(field?.json(ofInput: value) ?? JSONValue(value))
        }
        writer.endObject()
        return writer.bytes
    }

    /// True if the raw body may have a value for one of the named fields.
    /// - Parameter names: the names of fields, in ASCII.
    func mentions(_ names: [String]) -> Bool {
        guard let content, !names.isEmpty else { return false }
        if contentType == BodyFormat.form.rawValue {
            return FormURLEncoded.pairs(content.utf8).contains { pair in
                names.contains { pair.name.hasSameBytes(as: $0) }
            }
        }
        if case .object(let object)? = try? JSONReader.read(Array(content.utf8)) {
            return names.contains { object[$0] != nil }
        }
        // An escape or another encoding could hide a name, so such a body counts as one that has the field.
        let bytes = Array(content.utf8)[...]
        let isPlain = bytes.place(of: UInt8(ascii: "\\")) == nil && bytes.place(of: 0) == nil
        return !isPlain || names.contains { content.containsBytes(of: $0) }
    }

    subscript(name: String) -> String? { fields.first { $0.name.hasSameBytes(as: name) }?.value }

    /// The values of all inputs of a name, in the order of the page.
    func all(_ name: String) -> [String] { fields.filter { $0.name.hasSameBytes(as: name) }.map(\.value) }
}
