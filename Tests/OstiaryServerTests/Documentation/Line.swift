// SPDX-License-Identifier: Apache-2.0

/// A line for operators, in the form in which a page and the source are compared.
enum Line {
    /// Stands for a part of the line that is not always the same.
    static let placeholder = "\u{FFFC}"

    /// Placeholders beside each other are one.
    static func joined(_ text: String) -> String {
        text.replacing(#/(?:\u{FFFC})+/#, with: placeholder)
    }

    /// The text of a page, which writes `<path>` for what changes.
    static func ofPage(_ text: some StringProtocol) -> String {
        joined(String(text).replacing(#/<[a-z][a-z ]*>/#, with: placeholder))
    }

    /// The text in the form of a page, for people.
    static func shown(_ text: String) -> String { text.replacing(placeholder, with: "<…>") }

    /// The lines of a multi-line literal without the indentation of the source.
    static func withoutIndentation(_ text: String) -> String {
        text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }
}
