// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// One method of a path: what is told of it, and the forms that send it.
struct OperationView {
    struct ErrorLink {
        let errorCode: String
        let errorStatus: Int
    }

    struct Outcome {
        let outcomeStatus: Int
        let outcomeText: [Piece]
    }

    let operationID: String
    /// Of those of its path.
    let isFirst: Bool
    let method: String
    let methodKind: String
    let action: String
    let summary: String
    let description: [Piece]
    let needsToken: Bool
    let inputs: [InputView]
    let hasBody: Bool
    /// Whether a password is asked for without saying whose; password managers want to know.
    let isOwnPassword: Bool
    /// Told above the form: what the server found wrong with no single field.
    let formErrors: [String]
    let isDestructive: Bool
    /// Anything but a question: it gets a button.
    let isUnsafe: Bool
    let isRawOpen: Bool
    let rawContent: String
    /// Whether the raw body was sent as a form.
    let isRawForm: Bool
    let rawErrors: Bool
    let outcomes: [Outcome]
    let errorLinks: [ErrorLink]
    let limits: [String]
    let samples: [Sample]

    /// - Parameters:
    ///   - path: as it was asked for.
    ///   - form: the form that the answer is to, where there was one.
    ///   - present: the document that the path has now, where its forms change it.
    init(
        _ endpoint: APIOperation, place: Directory.Place, path: String, form: PageForm?, reply: OutgoingResponse,
        present: JSONObject?,
        address: String
    ) {
        let sent = form.flatMap { $0.method == endpoint.method ? $0 : nil }
        // What was accepted is done with; what was refused, for whatever cause, is not to be typed again.
        let refused = reply.status.code < 300 ? nil : sent
        let problems = sent != nil && reply.status == .badRequest ? reply.document?.object : nil
        let known = [.put, .patch].contains(endpoint.method) ? present : nil
        let id = endpoint.method.rawValue.lowercased()
        operationID = id
        isFirst = place.endpoints.first?.method == endpoint.method
        method = endpoint.method.rawValue
        methodKind = id
        action = path
        summary = endpoint.summary
        description = Piece.pieces(endpoint.description)
        needsToken = endpoint.security.needsToken
        let parameters = endpoint.parameters.filter { $0.place != .path && $0.name != "format" }
        var inputs = endpoint.fields.map { field in
            InputView(field, operation: id, typed: refused?[field.name], known: known, problems: problems)
        }
        inputs += parameters.map { InputView($0, operation: id, sent: refused) }
        self.inputs = inputs
        hasBody = !endpoint.fields.isEmpty
        isOwnPassword =
            endpoint.fields.contains { $0.kind == .password } && !endpoint.fields.contains { $0.kind == .email }
        let named = Set(endpoint.fields.map(\.name))
        formErrors = problems.map { Self.texts($0, but: named) } ?? []
        isDestructive = endpoint.method == .delete
        isUnsafe = ![.get, .head, .options].contains(endpoint.method)
        isRawOpen = sent?.content != nil
        isRawForm = isRawOpen && sent?.contentType == BodyFormat.form.rawValue
        let sample = Self.document(endpoint.fields, known: nil)
        let typed = refused.flatMap {
            $0.mentions(endpoint.fields.filter(\.kind.isSecret).map(\.name)) ? nil : $0.content
        }
        rawContent = typed ?? Self.document(endpoint.fields, known: known)
        rawErrors = isRawOpen && problems != nil
        outcomes = endpoint.successes.map {
            Outcome(outcomeStatus: $0.status.code, outcomeText: Piece.pieces($0.description))
        }
        errorLinks = endpoint.errors.map { ErrorLink(errorCode: $0.rawValue, errorStatus: $0.status.code) }
        limits = endpoint.throttles
        samples = Sample.samples(
            of: endpoint, path: Self.samplePath(place, endpoint), body: hasBody ? sample : nil, address: address
        )
    }

    /// What follows is pasted into shells, so of what stands in the URL only an id is taken over.
    private static func samplePath(_ place: Directory.Place, _ endpoint: APIOperation) -> String {
        guard place.path.contains("{id}") else { return place.path }
        let isID = place.argument?.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        let example = endpoint.parameters.first { $0.place == .path }?.example ?? "1"
        return place.path.replacing("{id}", with: isID == true ? place.argument ?? example : example)
    }

    private static func document(_ fields: [Field], known: JSONObject?) -> String {
        let members = fields.map { field in
            var name = JSONWriter()
            name.string(field.name)
            var value = JSONWriter()
            if case .string(let text)? = known?[field.name] {
                value.string(text.text)
            } else {
                value.string(field.example)
            }
            return "  \(String(decoding: name.bytes, as: UTF8.self)): \(String(decoding: value.bytes, as: UTF8.self))"
        }
        return "{\n\(members.joined(separator: ",\n"))\n}"
    }

    private static func texts(_ problems: JSONObject, but names: Set<String>) -> [String] {
        problems.members.filter { !names.contains($0.key) }.flatMap { $0.value.texts }.map(\.forPeople)
    }
}

extension JSONValue {
    var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// Its text, or those of its elements.
    var texts: [String] {
        switch self {
        case .string(let string): [string.text]
        case .array(let values): values.flatMap(\.texts)
        default: []
        }
    }
}

extension Field.Kind {
    /// Whether a page must not repeat what was typed.
    var isSecret: Bool {
        switch self {
        case .password, .token: true
        case .text, .email: false
        }
    }
}
