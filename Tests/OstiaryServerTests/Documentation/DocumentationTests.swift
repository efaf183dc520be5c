// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import OstiaryCore
import OstiaryHTTP
import Testing

@testable import OstiaryServer

/// The pages are compared with the code, so that neither can change alone.
@Suite("Documentation")
struct DocumentationTests {
    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    private func page(_ path: String) throws -> String {
        let data = try #require(FileManager.default.contents(atPath: Self.root + "/" + path), "\(path) is missing")
        return String(decoding: data, as: UTF8.self)
    }

    /// Every first group of the pattern in the Swift files under the folder.
    private func found(_ pattern: some RegexComponent<(Substring, Substring)>, under folder: String) throws -> Set<
        String
    > {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.root + "/" + folder)
        return try paths.filter { $0.hasSuffix(".swift") }.reduce(into: []) { all, path in
            for match in try page(folder + "/" + path).matches(of: pattern.regex) { all.insert(String(match.output.1)) }
        }
    }

    @Test("every setting is on its page with default and range", arguments: Settings.all.map(\.name))
    func settings(_ name: String) throws {
        let setting = try Settings.named(name)
        let row = try #require(
            try page("docs/features/settings.md").split(separator: "\n").first { $0.hasPrefix("| `\(name)` |") }
        )
        let range = setting.unit.isEmpty ? setting.rangeText : "\(setting.rangeText) \(setting.unit)"
        #expect(row.contains("| \(setting.defaultText) | \(range) |"))
    }

    @Test("every event of the audit log is on its page")
    func auditEvents() throws {
        let rows = try page("docs/features/audit.md").split(separator: "## Events")[1].split(separator: "\n## ")[0]
        let told = rows.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-z_]+)`/).map { String($0.output.1) }
        }
        #expect(told.sorted() == AuditEvent.all.map(\.rawValue).sorted())
    }

    @Test("every key of the configuration is on the operators' page, as its value says")
    func configuration() throws {
        let rows = ConfigurationKey.all.map { key in
            let more = key.page.map { " ([more](\($0)))" } ?? ""
            return "| `\(key.flag)` | `\(key.variable)` | \(key.defaultText) | \(key.help)\(more) |"
        }
        let page = try page("docs/operating/configuration.md")
        #expect(page.contains(rows.joined(separator: "\n") + "\n\n"), "all of them, in their order, and no other")
    }

    @Test("every error code is on its page, as the server tells it", arguments: ErrorCode.allCases)
    func errors(_ code: ErrorCode) throws {
        let row = "| \(code.status.code) | `\(code.rawValue)` | \(code.meaning) | \(code.remedy) |"
        #expect(try page("docs/errors.md").contains(row))
    }

    @Test("every code of a field is on the page of errors")
    func fieldErrors() throws {
        let page = try page("docs/errors.md")
        let codes = try found(#/code: "([a-z_]+)"/#, under: "Sources/OstiaryHTTP")
            .union(found(#/code: "([a-z_]+)"/#, under: "Sources/OstiaryCore/Passwords"))
        #expect(codes.count > 10)
        for code in codes { #expect(page.contains("`\(code)`"), "\(code)") }
    }

    @Test("every finding of check is on the operators' page, and is planted by a test")
    func findings() throws {
        let codes = try found(#/(?:\.error|\.warning|level|warn\()[,\s]*"([a-z_]+)"/#, under: "Sources/OstiaryServer")
        let rows = try page("docs/operating/check.md")
        #expect(Set(rows.matches(of: #/\n\| `([a-z_]+)` \|/#).map { String($0.output.1) }) == codes)
        let tests = try page("Tests/OstiaryServerTests/Manners/CheckTests.swift")
        #expect(codes.count >= 15)
        for code in codes { #expect(tests.contains("\"\(code)\""), "\(code)") }
    }

    @Test("every metric and every label is on its page, as the list says")
    func metrics() throws {
        let metrics = Metric.all.map { metric in
            let labels = metric.labels.map { "`\($0.name)`" }.joined(separator: ", ")
            let more = metric.page.map { " ([more](\($0)))" } ?? ""
            return "| `\(metric.name)` | \(metric.kind) | \(labels.isEmpty ? "–" : labels) | \(metric.help)\(more) |"
        }
        let labels = Metric.Label.all.map { label in
            "| `\(label.name)` | \(label.text ?? (label.values ?? []).map { "`\($0)`" }.joined(separator: ", ")) |"
        }
        let page = try page("docs/metrics.md")
        for rows in [metrics, labels] {
            let table = rows.joined(separator: "\n")
            #expect(page.contains("|---|\n\(table)\n\n"), "all of them, in their order, and no other:\n\(table)")
        }
    }
}
