// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryServer

extension AdoptionReport {
    /// The report for people.
    var text: String {
        var lines = ["Database: \(place.printable) (\(engineName))"]
        if let userTable { lines.append("Accounts: \(userTable.printable), \(users)") }
        if let refreshTable { lines.append("Refresh tokens: \(refreshTable.printable), \(liveTokens) live") }
        lines.append("")
        for finding in findings {
            let level = finding.level == .warning ? "warning" : "error"
            lines.append("\(level) \(finding.code.rawValue): \(finding.text.printable)")
            if !finding.samples.isEmpty {
                let more = finding.isCut ? " and others" : ""
                lines.append("  \(finding.samples.map(\.printable).joined(separator: "; "))\(more)")
            }
            lines.append("  \(finding.advice)")
        }
        if !passwords.isEmpty {
            lines += ["", "Passwords:"]
            lines += passwords.map { "  \($0.count)  \($0.words)\($0.isKnown || $0.isNone ? "" : ", not known here")" }
        }
        if let hasher { lines.append("  Django writes new ones so: --password-hasher \(hasher)") }
        if let loginsPerSecond { lines.append("  With it a core does about \(loginsPerSecond) logins per second.") }
        if !referenceCounts.isEmpty {
            lines += ["", "Tables that reference accounts:"]
            lines += referenceCounts.map { "  \($0.count)  \($0.table.printable).\($0.column.printable)" }
        }
        if !before.isEmpty {
            lines += ["", "First, in Django:"]
            lines += before.enumerated().map { "  \($0 + 1). \($1)" }
        }
        if outcome != .cannot, !command.isEmpty {
            lines += ["", "Then start:", "  \(command.map(Self.quoted).joined(separator: " "))"]
            lines += Self.section("This will happen", effects) + Self.section("This will not", kept)
            lines += Self.section("The way back", wayBack)
        }
        return (lines + ["", verdict, ""]).joined(separator: "\n")
    }

    private static func section(_ title: String, _ points: [String]) -> [String] {
        ["", "\(title):"] + points.map { "  - \($0)" }
    }

    private var verdict: String {
        let errors = findings.filter { $0.level != .warning }.count
        return switch outcome {
        case .ready: "Ready."
        case .toFix: "Not ready: \(errors) to repair first."
        case .cannot: "Not possible with this database."
        }
    }

    /// An argument as a shell reads it.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || plain.contains($0) }
        return isPlain ? text : "'\(text.printable.replacing("'", with: #"'\''"#))'"
    }

    private static let plain = Set("-_./:=,@+%".utf8)
}

extension AdoptionReport.Password {
    /// True if there is nothing to know.
    var isNone: Bool { ["", "!"].contains(form) }

    var words: String {
        switch form {
        case "": "no password"
        case "!": "unusable on purpose"
        case "?": "no hash"
        default: form
        }
    }
}
