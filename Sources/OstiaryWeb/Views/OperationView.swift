// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// One method of a path, with its documentation and its forms.
struct OperationView {
    struct ErrorLink {
        let errorCode: String
        let errorStatus: Int
        let errorKind: String
    }

    struct Outcome {
        let outcomeStatus: Int
        let outcomeKind: String
        let outcomeText: [Piece]
    }

    let operationID: String
    /// True for the first form of the page.
    let isFirstForm: Bool
    let method: String
    let methodKind: String
    let action: String
    let summary: String
    /// The text of the button: the summary, or the method of an operation without one.
    let buttonText: String
    /// The text of the button that confirms the deletion.
    let confirmText: String
    /// The first paragraph of the description.
    let description: [Piece]
    /// The other paragraphs, which the page folds.
    let details: [[Piece]]
    let needsToken: Bool
    let inputs: [InputView]
    let hasBody: Bool
    /// True if the form asks for the account's own password but has no e-mail field; password managers need a hint
    /// then.
    let isOwnPassword: Bool
    /// Errors that belong to no single field, shown above the form.
    let formErrors: [String]
    let isDestructive: Bool
    /// True if the method is unsafe; the form then has a button.
    let isUnsafe: Bool
    let isRawOpen: Bool
    let rawContent: String
    /// True if the raw body was sent as a form, not as JSON.
    let isRawForm: Bool
    let rawErrors: Bool
    /// True if the raw body has the focus when the page opens.
    let isRawFocused: Bool
    let outcomes: [Outcome]
    let errorLinks: [ErrorLink]
    let limits: [String]
    let samples: [Sample]

    /// - Parameters:
    ///   - path: the path as requested.
    ///   - form: the form that the answer belongs to; nil if none was sent.
    ///   - isMain: true if the forms are the content of the page, so that its first input has the focus.
    ///   - present: the present document of the path, if its forms change it.
    init(
        _ endpoint: APIOperation, place: EndpointIndex.Entry, path: String, form: PageForm?, isMain: Bool,
        reply: OutgoingResponse, present: JSONObject?, address: String
    ) {
        let sent = form.flatMap { $0.method == endpoint.method ? $0 : nil }
        // Clear the form after success; after any refusal, keep the values so that the user need not type them again.
        let refused = reply.status.code < 300 ? nil : sent
        let problems = sent != nil && [.badRequest, .conflict].contains(reply.status) ? reply.document?.object : nil
        let known = [.put, .patch].contains(endpoint.method) ? present : nil
        let id = endpoint.method.rawValue.lowercased()
        operationID = id
        isFirstForm = place.endpoints.first { $0.method != .get }?.method == endpoint.method
        method = endpoint.method.rawValue
        methodKind = id
        action = path
        summary = endpoint.summary
        buttonText = summary.isEmpty ? method : summary
        confirmText = "Yes, " + (summary.isEmpty ? method : summary.prefix(1).lowercased() + summary.dropFirst())
        let demand = endpoint.security.demand.map { [$0.sentence] } ?? []
        let paragraphs = (Self.paragraphs(endpoint.description) + demand).map(Piece.pieces)
        description = paragraphs.first ?? []
        details = Array(paragraphs.dropFirst())
        needsToken = endpoint.security.needsToken
        let parameters = endpoint.parameters.filter { $0.place != .path && $0.name != "format" }
        var inputs = endpoint.fields.map { field in
            InputView(field, operation: id, typed: refused?[field.name], known: known, problems: problems)
        }
        inputs += parameters.map { InputView($0, operation: id, sent: refused) }
        let isRawOpen = sent?.content != nil
        let opensHere = isMain && (form == nil ? isFirstForm : sent != nil)
        if !isRawOpen, let index = inputs.firstIndex(where: \.isInvalid) ?? (opensHere ? inputs.indices.first : nil) {
            inputs[index].isFocused = true
        }
        self.inputs = inputs
        hasBody = !endpoint.fields.isEmpty
        isOwnPassword =
            endpoint.security.right == nil && endpoint.fields.contains { $0.kind == .password }
            && !endpoint.fields.contains { $0.kind == .email }
        let named = Set(endpoint.fields.map(\.name))
        formErrors = problems.map { Self.texts($0, but: named) } ?? refused.map { _ in [Self.text(of: reply)] } ?? []
        isDestructive = endpoint.method == .delete
        isUnsafe = ![.get, .head, .options].contains(endpoint.method)
        self.isRawOpen = isRawOpen
        isRawFocused = isRawOpen && refused != nil
        isRawForm = isRawOpen && sent?.contentType == BodyFormat.form.rawValue
        let sample = Self.document(endpoint.describedFields, known: nil)
        let typed = refused.flatMap {
            $0.mentions(endpoint.fields.filter(\.isSecret).map(\.name)) ? nil : $0.content
        }
        rawContent = typed ?? Self.document(endpoint.fields, known: known)
        rawErrors = isRawOpen && problems != nil
        outcomes = endpoint.successes.map {
            Outcome(
                outcomeStatus: $0.status.code, outcomeKind: AnswerView.kind(of: $0.status.code),
                outcomeText: Piece.pieces($0.description))
        }
        errorLinks = endpoint.errors.map {
            ErrorLink(
                errorCode: $0.rawValue, errorStatus: $0.status.code, errorKind: AnswerView.kind(of: $0.status.code))
        }
        limits = endpoint.throttles
        samples = Sample.samples(
            of: endpoint, path: Self.samplePath(place, endpoint), body: hasBody ? sample : nil, address: address
        )
    }

    /// The path in sample code. Users paste samples into shells, so of the URL's text only an id is copied.
    private static func samplePath(_ place: EndpointIndex.Entry, _ endpoint: APIOperation) -> String {
        guard place.path.contains("{id}") else { return place.path }
        let isID = place.argument?.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        let example = endpoint.parameters.first { $0.place == .path }?.example ?? "1"
        return place.path.replacing("{id}", with: isID == true ? place.argument ?? example : example)
    }

    /// A JSON document of the fields, with their present values or their examples.
    static func document(_ fields: [Field], known: JSONObject?) -> String {
        let members = fields.map { field in
            var name = JSONWriter()
            name.string(field.name)
            var value = JSONWriter()
            value.write(field.inputText(of: known?[field.name]).map(field.json(ofInput:)) ?? field.exampleValue)
            return "  \(String(decoding: name.bytes, as: UTF8.self)): \(String(decoding: value.bytes, as: UTF8.self))"
        }
        return "{\n\(members.joined(separator: ",\n"))\n}"
    }

    /// The paragraphs of a text, which an empty line separates.
    private static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n\n").map(String.init)
    }

    /// A refusal in one line: its status, and the sentence of its document.
    private static func text(of reply: OutgoingResponse) -> String {
        let sentence = reply.document?.object?.members.flatMap(\.value.texts).first.map { ": \($0)" }
        return "\(reply.status.code) \(reply.status.reasonPhrase)\(sentence ?? "")"
    }

    private static func texts(_ problems: JSONObject, but names: Set<String>) -> [String] {
        problems.members.filter { !names.contains($0.key) }.flatMap { $0.value.texts }.map(\.forPeople)
    }
}

extension JSONValue {
    var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The text of a string, or the texts of an array's elements.
    var texts: [String] {
        switch self {
        case .string(let string): [string.text]
        case .array(let values): values.flatMap(\.texts)
        default: []
        }
    }
}
