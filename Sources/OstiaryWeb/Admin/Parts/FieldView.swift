// SPDX-License-Identifier: Apache-2.0

/// An input with its label, its help and its problems.
struct FieldView {
    enum Kind {
        case text, email, password, number, date, minute, search
        case lines(Int)
        case choice([(value: String, name: String)])
    }

    let name: String
    let label: String
    var kind = Kind.text
    var value = ""
    /// A sentence in which code stands in backticks.
    var help = ""
    var problems: [String] = []
    var autocomplete = "off"
    var isRequired = false
    var isFocused = false
    var maximumLength: Int?

    var inputID: String { "field-\(name)" }

    /// The ids of the elements that explain the input; nil if there are none.
    var describedBy: String? {
        let ids = (problems.isEmpty ? [] : ["\(inputID)-problem"]) + (help.isEmpty ? [] : ["\(inputID)-help"])
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}

/// A box that can be ticked.
struct BoxView {
    let name: String
    let value: String
    let label: String
    /// A word in small letters behind the label.
    var note = ""
    var isSet = false
    /// True for a box that the visitor may not change; its state is sent all the same.
    var isLocked = false
}

/// Boxes with a heading.
struct BoxesView {
    let heading: String
    let boxes: [BoxView]
    var help = ""
    var problems: [String] = []
    /// True for boxes that stand side by side where there is room.
    var isWide = false
}
