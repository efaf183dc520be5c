// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

@testable import OstiaryServer

/// The parts of `docs/api.md` that are made from the operations: the overview, and in each section all before its
/// example. The rest of the page is written by hand.
enum APIPage {
    static let begin =
        "<!-- made by APIPageTests with OSTIARY_WRITE_TABLES=1, as is each section up to its example -->\n"
    static let end = "<!-- end -->\n"
    private static let example = "```console\n"

    /// All operations, those of one path beside each other.
    static let operations: [APIOperation] = {
        let all = API.operations + SchemaController.operations
        var seen: Set<String> = []
        return all.filter { seen.insert($0.path).inserted }.flatMap { first in all.filter { $0.path == first.path } }
    }()

    /// - Parameter text: the page as it stands.
    /// - Returns: the page as it should be, with the examples of `text`; nil if it lacks the marks.
    static func made(from text: String) -> String? {
        guard let start = text.firstRange(of: begin)?.upperBound, let stop = text.firstRange(of: end)?.lowerBound
        else { return nil }
        let rest = text[stop...]
        let sections = rest.firstMatch(of: #/\n## [A-Z]+ \//#)?.range.lowerBound ?? rest.endIndex
        var page = text[..<start] + overview + rest[..<sections]
        for operation in operations {
            page += "\n\(section(operation))"
            if let kept = kept(of: heading(operation), in: rest[sections...]) { page += "\n\(kept)" }
        }
        return String(page)
    }

    /// The words of a section's heading.
    static func heading(_ operation: APIOperation) -> String { "\(operation.method.rawValue) \(operation.path)" }

    /// The end of a section from its example on, which is written by hand; nil without an example.
    static func kept(of heading: String, in text: some StringProtocol) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { $0 == "## \(heading)" }) else { return nil }
        let last = lines[(first + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.endIndex
        guard let block = lines[first..<last].firstIndex(where: { "\($0)\n" == example }) else { return nil }
        return lines[block..<last].joined(separator: "\n").trimmingSuffix("\n") + "\n"
    }

    private static var overview: String {
        let rows = operations.map { operation in
            let heading = heading(operation)
            let anchor = heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(
                " ", with: "-")
            let needs = needs(operation.security)
            return "| [`\(heading)`](#\(anchor)) | \(operation.summary) | \(needs) | \(statuses(operation)) |\n"
        }
        return "| request | what it does | needs | can be answered |\n|---|---|---|---|\n" + rows.joined()
    }

    private static func needs(_ security: APIOperation.Security) -> String {
        if let right = security.right { return "client, `\(right.rawValue)`" }
        guard let demand = security.demand else { return security.needsToken ? "bearer" : "–" }
        return [
            demand.permission.map { "`\($0)`" } ?? (demand.isStaff ? "staff" : "bearer"),
            demand.isFresh ? "fresh" : nil,
        ]
        .compactMap(\.self).joined(separator: ", ")
    }

    private static func statuses(_ operation: APIOperation) -> String {
        var seen: Set<Int> = []
        let all = operation.successes.map(\.status.code) + operation.errors.map(\.status.code)
        return all.filter { seen.insert($0).inserted }.map { "\($0)" }.joined(separator: ", ")
    }

    private static func section(_ operation: APIOperation) -> String {
        var text = "## \(heading(operation))\n"
        text += wrapped("**\(operation.summary).** \(operation.description)")
        text += "\n" + need(operation.security)
        let rows = operation.fields.map(row) + operation.about.parameters.map(row)
        if !rows.isEmpty {
            text += "\n| name | in | type | required | meaning |\n|---|---|---|---|---|\n" + rows.joined()
        }
        var told: [String] = []
        for success in operation.successes {
            text += "\n**\(success.status.code)**: \(success.description)\n"
            let members = members(success.shape)
            if !members.isEmpty, members != told { text += "\n" + members.joined() }
            told = members
        }
        return text + "\n" + wrapped(refusals(operation))
    }

    private static func need(_ security: APIOperation.Security) -> String {
        if let right = security.right {
            return "It needs a [client](features/clients.md) with the right `\(right.rawValue)`.\n"
        }
        guard security.needsToken else { return "It needs no access token.\n" }
        var text = "It needs an access token: `Authorization: Bearer …`"
        text += "."
        if let demand = security.demand { text += " \(demand.sentence)" }
        return wrapped(text)
    }

    private static func refusals(_ operation: APIOperation) -> String {
        let own = Set(operation.about.ownErrors + (operation.throttles.isEmpty ? [] : [.throttled]))
        let codes = operation.errors.filter(own.contains).map { "\($0.status.code) `\($0.rawValue)`" }
        let list = codes.isEmpty ? "" : "\(codes.joined(separator: ", ")) ([errors](errors.md)), and "
        let budgets = operation.throttles.map { "`\($0)`" }.joined(separator: ", ")
        let limits = budgets.isEmpty ? "" : " Limits: \(budgets) ([throttling](features/throttling.md))."
        return "Refusals: \(list)[those of every request](#refusals).\(limits)"
    }

    private static func row(_ field: Field) -> String {
        let type =
            switch field.kind {
            case .text, .password: "string"
            case .email: "e-mail address"
            case .token: "token"
            case .scalar: "string, number or boolean"
            case .flag: "boolean"
            case .integer(let range): "integer from \(range.lowerBound) to \(range.upperBound)"
            case .ids: "array of at most \(field.maximumCount) integers"
            case .texts: "array of at most \(field.maximumCount) strings"
            case .choice(let texts): texts.map { "`\($0)`" }.joined(separator: ", ")
            }
        let length =
            switch (field.minimumLength, field.maximumLength) {
            case (nil, nil): ""
            case (let least?, nil): " At least \(least) characters."
            case (nil, let most?): " At most \(most) characters."
            case (let least?, let most?): " From \(least) to \(most) characters."
            }
        return row(field.name, "body", type, field.isRequired, field.help + length)
    }

    private static func row(_ parameter: Parameter) -> String {
        let type =
            switch parameter.value {
            case .text: "string"
            case .uuid: "UUID"
            case .flag: "`true`"
            case .boolean: "`true`, `false`"
            case .integer: "integer"
            case .dateTime: "time (RFC 3339) or date"
            case .oneOf(let texts): texts.map { "`\($0)`" }.joined(separator: ", ")
            case .matching(let pattern): "string that matches `\(pattern)`"
            }
        return row(parameter.name, parameter.place.rawValue, type, parameter.isRequired, parameter.help)
    }

    private static func row(
        _ name: String, _ place: String, _ type: String, _ isRequired: Bool, _ help: String
    ) -> String {
        "| `\(name)` | \(place) | \(cell(type)) | \(isRequired ? "yes" : "no") | \(cell(help)) |\n"
    }

    static func cell(_ text: String) -> String { text.replacing("|", with: #"\|"#) }

    /// The text in lines of at most 125 characters, where its words allow that.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let line = lines.last, line.count + 1 + word.count <= 125 {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// The text without the suffix, however often that stands at its end.
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        var text = self
        while text.hasSuffix(suffix) { text.removeLast(suffix.count) }
        return text
    }
}
