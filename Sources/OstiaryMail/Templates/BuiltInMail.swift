// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The words of a built-in message. Its two templates are made of them, so that text and HTML say the same.
struct BuiltInMail: Sendable {
    let subject: String
    /// The paragraphs before the link.
    let opening: [String]
    /// The label of the link; nil for a message without one.
    let button: String?
    /// The sentence before the code; nil for a message without one.
    let code: String?
    /// The paragraphs behind link and code.
    let closing: [String]

    init(_ subject: String, _ opening: [String], button: String? = nil, code: String? = nil, closing: [String]) {
        self.subject = subject
        self.opening = opening
        self.button = button
        self.code = code
        self.closing = closing
    }

    init(_ kind: MailKind, _ language: MailLanguage) {
        switch language {
        case .english: self = .english(kind)
        case .german: self = .german(kind)
        case .french: self = .french(kind)
        }
    }

    /// The source of a template.
    func source(_ format: MailTemplate.Format, _ language: MailLanguage) -> String {
        switch format {
        case .text: text(language)
        case .html: html(language)
        }
    }

    private func text(_ language: MailLanguage) -> String {
        var paragraphs = [subject, language.greeting] + opening
        if button != nil { paragraphs.append("{{link}}") }
        if let code { paragraphs += [code, "{{code}}"] }
        return (paragraphs + closing).joined(separator: "\n\n") + "\n"
    }
}

extension MailLanguage {
    fileprivate var greeting: String {
        switch self {
        case .english: "Hello,"
        case .german: "Guten Tag,"
        case .french: "Bonjour,"
        }
    }

    fileprivate var linkHint: String {
        switch self {
        case .english: "If the button does not work, open this address in your browser:"
        case .german: "Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:"
        case .french: "Si le bouton ne fonctionne pas, ouvrez cette adresse dans votre navigateur\u{A0}:"
        }
    }
}

/// HTML as mail programs show it: one column, styles in attributes, nothing that is loaded. No color is given but those
/// of the button, so that light and dark schemes keep their own.
extension BuiltInMail {
    private func html(_ language: MailLanguage) -> String {
        var blocks = ([language.greeting] + opening).map(Self.paragraph)
        if let button {
            blocks.append(
                """
                <p style="margin:24px 0"><a href="{{link}}" style="\(Self.buttonStyle)">\(Self.escaped(button))</a></p>
                <p style="margin:0 0 16px;font-size:14px">\(Self.escaped(language.linkHint))<br>
                <a href="{{link}}" style="word-break:break-all">{{link}}</a></p>
                """)
        }
        if let code {
            blocks += [
                Self.paragraph(code), #"<p style="margin:16px 0;font-size:28px;letter-spacing:4px">{{code}}</p>"#,
            ]
        }
        blocks += closing.map(Self.paragraph)
        return """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)" style="color-scheme:light dark">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>\(Self.escaped(subject))</title>
            </head>
            <body style="margin:0;padding:16px">
            <div lang="\(language.rawValue)" style="\(Self.columnStyle)">
            \(blocks.joined(separator: "\n"))
            </div>
            </body>
            </html>

            """
    }

    private static let columnStyle =
        "max-width:560px;margin:0 auto;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;"
        + "font-size:16px;line-height:1.5;overflow-wrap:break-word;word-wrap:break-word"

    private static let buttonStyle =
        "display:inline-block;padding:12px 20px;border-radius:6px;background-color:#1a56b0;color:#ffffff;"
        + "font-weight:bold;text-decoration:none"

    private static func paragraph(_ text: String) -> String { "<p style=\"margin:0 0 16px\">\(escaped(text))</p>" }

    /// The words of a template for HTML; its tags have no characters that are escaped.
    private static func escaped(_ words: String) -> String { MailTemplate.escaped(words) }
}
