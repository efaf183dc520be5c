// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// Asks the API on behalf of a browser's user.
struct AdminClient: Sendable {
    private let request: PageRequest

    init(_ request: PageRequest) { self.request = request }

    /// - Parameters:
    ///   - target: the path with its query.
    ///   - body: the JSON document to send; nil for none.
    func ask(_ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil) async -> AdminReply {
        var call = request.visit.apiRequest(method, target)
        // Problem documents have the code of a refusal.
        call.fields[.accept] = "application/problem+json"
        if let session = request.visitor.session { call.fields[.authorization] = "Bearer \(session.access)" }
        if let body {
            var writer = JSONWriter()
            writer.write(body)
            call.fields[.contentType] = BodyFormat.json.rawValue
            call.body = .init(writer.bytes)
        }
        return AdminReply(await request.ask(call))
    }
}

/// An answer of the API.
struct AdminReply: Sendable {
    let status: HTTPResponse.Status
    /// The document; empty if the answer has none.
    let document: JSONObject
    let retryAfter: String?

    init(_ response: OutgoingResponse) {
        status = response.status
        document = response.document?.object ?? JSONObject()
        retryAfter = response.fields[.retryAfter]
    }

    init(_ status: HTTPResponse.Status, _ document: JSONObject = [:], retryAfter: String? = nil) {
        self.status = status
        self.document = document
        self.retryAfter = retryAfter
    }

    var isDone: Bool { (200..<300).contains(status.code) }

    /// The code of a refusal; empty for other answers.
    var code: String { document.text("code") }

    /// The sentence of a refusal about the request as a whole; empty for none.
    var detail: String { document.text("detail") }

    var problems: FormProblems { FormProblems(self) }

    /// The time to wait in words.
    var patience: String { retryAfter.flatMap { Int($0)?.inSeconds } ?? "a few seconds" }
}

/// The refusal of a request, which becomes a page of its own.
struct AdminRefusal: Error {
    let reply: AdminReply

    /// The refusal of a page for which the visitor lacks a right.
    static let forbidden = AdminRefusal(reply: AdminReply(.forbidden, ["code": "permission_denied"]))
    /// The refusal of a page that is not there.
    static let notFound = AdminRefusal(reply: AdminReply(.notFound, ["code": "not_found"]))
}

/// The reasons why a form was refused, by the field that they belong to.
struct FormProblems: Sendable {
    private let fields: [(name: String, texts: [String])]
    /// The sentences about the form as a whole.
    private let general: [String]

    static let none = FormProblems()

    init(_ general: [String] = [], fields: [(name: String, texts: [String])] = []) {
        self.general = general
        self.fields = fields
    }

    init(_ reply: AdminReply) {
        fields = (reply.document["errors"]?.object?.members ?? []).map { member in
            (member.key, member.value.elements.compactMap { $0.object?.text("message") })
        }
        general = reply.detail.isEmpty ? [] : [reply.detail]
    }

    var isEmpty: Bool { fields.isEmpty && general.isEmpty }

    subscript(name: String) -> [String] {
        fields.filter { $0.name.hasSameBytes(as: name) }.flatMap { $0.texts.map(\.forPeople) }
    }

    /// The sentences that belong to none of the named fields.
    func others(than names: [String]) -> [String] {
        let rest = fields.filter { field in !names.contains { field.name.hasSameBytes(as: $0) } }
        return general + rest.flatMap { field in field.texts.map { "\(field.name): \($0.forPeople)" } }
    }
}
