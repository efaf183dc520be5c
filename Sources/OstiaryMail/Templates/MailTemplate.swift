// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// One file of a template: text between the names of values, and sections that stand only if a value is known.
///
/// The syntax is a part of Mustache: `{{name}}`, `{{#name}}…{{/name}}`, `{{^name}}…{{/name}}`, `{{! comment}}`.
struct MailTemplate: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case text = "txt"
        case html
    }

    indirect enum Piece: Sendable {
        case text(String)
        case value(MailValue)
        /// Stands if the value is known, or unknown for an inverted one.
        case section(MailValue, isInverted: Bool, [Piece])
    }

    private let format: Format
    /// Empty for HTML.
    private let subject: [Piece]
    private let body: [Piece]

    /// - Parameters:
    ///   - source: the text of the file. The first line of a plain text is the subject.
    ///   - file: the name of the file for errors.
    /// - Throws: ``MailTemplateError`` with the line.
    init(_ source: String, file: String, kind: MailKind, format: Format) throws(MailTemplateError) {
        let parser = MailTemplateParser(source, file: file, kind: kind)
        self.format = format
        (subject, body) = format == .text ? try parser.text() : ([], try parser.html())
    }

    /// The subject and the body of a plain text; the subject of HTML is empty.
    func render(_ values: MailValues) -> (subject: String, body: String) {
        // A subject is no HTML, whatever it is read from.
        (Self.render(subject, values, .text), Self.render(body, values, format))
    }

    private static func render(_ pieces: [Piece], _ values: MailValues, _ format: Format) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal):
                text += literal
            case .value(let value):
                let plain = values[value] ?? ""
                text += format == .html ? escaped(plain) : plain
            case .section(let value, let isInverted, let inner):
                if (values[value] == nil) == isInverted { text += render(inner, values, format) }
            }
        }
    }

    /// The text for HTML (HTML Standard §13.1.2.3, §13.1.4). Scalars are looked at, no grapheme clusters: a quotation
    /// mark with a combining mark behind it is a quotation mark still.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { html, scalar in
            switch scalar {
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "&": html += "&amp;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A template that cannot be used, with its file and line.
public struct MailTemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path or the name of the file or folder.
    public let file: String
    /// The number of the line from 1 on; nil if the whole file is meant.
    public let line: Int?
    /// A phrase without a full stop.
    public let reason: String

    public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}
