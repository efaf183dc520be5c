// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

/// An input of a form, with its label, its help and its errors.
struct InputView {
    struct Choice {
        let choice: String
        let isChosen: Bool
    }

    let inputID: String
    let inputName: String
    let label: String
    /// The part of the request that the value belongs to; nil for the body.
    let place: String?
    let type: String
    let value: String
    let placeholder: String?
    let autocomplete: String
    let isRequired: Bool
    let help: [Piece]
    let problems: [String]
    let isInvalid: Bool
    /// The ids of the elements with help and errors; nil if there are none.
    let describedBy: String?
    let choices: [Choice]
    let isFlag: Bool
    let isSet: Bool
    /// The value that the form sends for a box that is not ticked; nil to send none.
    let untickedValue: String?
    /// True for a list, which is typed with one element on each line.
    let isList: Bool
    /// True for the input that has the focus when the page opens; no more than one of a page.
    var isFocused = false

    /// - Parameters:
    ///   - typed: the value in a refused form; the page shows it again unless it is secret.
    ///   - known: the document with the present value.
    ///   - problems: the document with the errors.
    init(_ field: Field, operation: String, typed: String?, known: JSONObject?, problems: JSONObject?) {
        inputID = "\(operation)-\(field.name)"
        inputName = field.name
        label = field.name
        place = nil
        switch field.kind {
        case .email: (type, autocomplete) = ("email", "email")
        case .password:
            (type, autocomplete) = ("password", field.name.hasPrefix("new") ? "new-password" : "current-password")
        case .integer: (type, autocomplete) = ("number", "off")
        case .text, .token, .scalar, .flag, .ids, .texts, .choice: (type, autocomplete) = ("text", "off")
        }
        isFlag = field.kind == .flag
        isList = field.kind.isList
        if isFlag {
            isSet = (typed ?? field.inputText(of: known?[field.name]) ?? field.example).hasSameBytes(as: "true")
            (value, untickedValue) = ("true", "false")
        } else {
            (isSet, untickedValue) = (false, nil)
            value = field.isSecret ? "" : typed ?? field.inputText(of: known?[field.name]) ?? ""
        }
        placeholder = field.kind == .password ? nil : Self.placeholder(field.example)
        isRequired = field.isRequired
        help = Piece.pieces(field.help)
        self.problems = (problems?[field.name]?.texts ?? []).map(\.forPeople)
        isInvalid = !self.problems.isEmpty
        describedBy = Self.describedBy(inputID, !help.isEmpty, isInvalid)
        let shown = value
        if case .choice(let texts) = field.kind {
            choices = texts.map { Choice(choice: $0, isChosen: shown.hasSameBytes(as: $0)) }
        } else {
            choices = []
        }
    }

    init(_ parameter: Parameter, operation: String, sent: PageForm?) {
        inputID = "\(operation)-\(parameter.place.rawValue)-\(parameter.name)"
        let prefix = parameter.place == .query ? PageForm.Input.query : PageForm.Input.header
        inputName = prefix + parameter.name
        label = parameter.name
        place = parameter.place.rawValue
        if case .integer = parameter.value { type = "number" } else { type = "text" }
        autocomplete = "off"
        (untickedValue, isList) = (nil, false)
        let typed = (parameter.place == .query ? sent?.query : sent?.headers)?
            .first { $0.name == parameter.name }?.value
        if case .flag = parameter.value { isFlag = true } else { isFlag = false }
        isSet = isFlag && typed != nil
        value = isFlag ? parameter.example : typed ?? ""
        placeholder = Self.placeholder(parameter.example)
        isRequired = parameter.isRequired
        help = Piece.pieces(parameter.help)
        problems = []
        isInvalid = false
        describedBy = Self.describedBy(inputID, !help.isEmpty, false)
        switch parameter.value {
        case .oneOf(let texts): choices = texts.map { Choice(choice: $0, isChosen: $0 == typed) }
        case .boolean: choices = ["true", "false"].map { Choice(choice: $0, isChosen: $0 == typed) }
        case .text, .uuid, .flag, .integer, .dateTime, .matching: choices = []
        }
    }

    /// An example, marked so that no one takes it for a value.
    private static func placeholder(_ example: String) -> String { "e.g. \(example)" }

    private static func describedBy(_ id: String, _ hasHelp: Bool, _ isInvalid: Bool) -> String? {
        let ids = (isInvalid ? ["\(id)-problem"] : []) + (hasHelp ? ["\(id)-help"] : [])
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}
