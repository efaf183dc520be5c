// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A form as a page shows it. What is not changed is sent as a browser would send it.
struct ShownForm {
    let action: String
    private(set) var fields: [(name: String, value: String)] = []

    /// - Parameter action: the address that the form goes to; the first such form of the page counts.
    init(_ page: WireAnswer, to action: String) throws {
        self.action = action
        let forms = page.text.split(separator: "<form").dropFirst().map { "<form" + $0 }
        let found = forms.first { form in
            let head = Self.attributes(String(form.prefix { $0 != ">" }))
            return head["action"] == action && head["method"] == "post"
        }
        guard let form = found?.components(before: "</form>") else { throw Failure("no form to \(action) in \(page)") }
        for tag in form.matches(of: /<(input|textarea|select)\b([^>]*)>/) {
            let attributes = Self.attributes(String(tag.output.2))
            guard let name = attributes["name"], attributes["disabled"] == nil else { continue }
            switch tag.output.1 {
            case "input":
                if attributes["type"] == "checkbox", attributes["checked"] == nil { continue }
                fields.append((name, attributes["value"] ?? ""))
            case "textarea":
                let text = form[tag.range.upperBound...].components(before: "</textarea>")
                fields.append((name, Self.text(text.drop { $0.isNewline })))
            default:
                let options = form[tag.range.upperBound...].components(before: "</select>").matches(
                    of: /<option\b([^>]*)>/
                )
                .map { Self.attributes(String($0.output.1)) }
                let chosen = options.first { $0["selected"] != nil } ?? options.first
                fields.append((name, chosen?["value"] ?? ""))
            }
        }
    }

    subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    /// Ticks a box, or presses a button.
    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    mutating func remove(_ name: String, _ value: String) { fields.removeAll { $0.name == name && $0.value == value } }

    private static func attributes(_ text: String) -> [String: String] {
        var attributes: [String: String] = [:]
        for found in text.matches(of: /([a-z_-]+)(?:="([^"]*)")?/) {
            attributes[String(found.output.1)] = found.output.2.map { self.text($0) } ?? ""
        }
        return attributes
    }

    /// The text that markup stands for.
    static func text(_ markup: some StringProtocol) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(String(markup)) {
            $0.replacing($1.0, with: $1.1)
        }
    }
}

extension StringProtocol {
    fileprivate func components(before mark: String) -> String {
        String(self[..<(firstRange(of: mark)?.lowerBound ?? endIndex)])
    }
}

extension PageVisitor {
    /// Sends a form of these pages.
    func send(_ form: ShownForm) throws -> WireAnswer {
        let page = [("Sec-Fetch-Site", "same-origin")]
        return try exchange(self.form(form.action, form.fields.map { ($0.name, $0.value) }, page))
    }

    /// Opens a page and reads its form.
    func form(on path: String, to action: String? = nil) throws -> ShownForm {
        try ShownForm(open(path), to: action ?? path)
    }

    /// Opens the page that a form has led to.
    func follow(_ answer: WireAnswer) throws -> WireAnswer {
        guard answer.status == 303, let location = answer["Location"] else { throw Failure("no redirect: \(answer)") }
        return try open(location)
    }
}
