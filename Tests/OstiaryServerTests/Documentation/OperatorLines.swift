// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The lines that the sources print for operators, found by the code before their literals.
struct OperatorLines: Sendable {
    struct Found: Sendable {
        let file: String
        let text: String
        /// The literal before, such as the SQLSTATE of an advice.
        let previous: String
    }

    private struct Rule {
        let files: Regex<AnyRegexOutput>
        let before: Regex<AnyRegexOutput>
    }

    private(set) var lines: [Found] = []
    /// Places with a line that is no literal, so that nothing can be compared.
    private(set) var faults: [String] = []

    // Each pattern is matched with the end of the code before a literal, in which earlier literals are quotes.
    private static func rules() -> [Rule] {
        func rule<Files, Before>(_ files: Regex<Files>, _ before: Regex<Before>) -> Rule {
            Rule(files: Regex<AnyRegexOutput>(files), before: Regex<AnyRegexOutput>(before))
        }
        return [
            rule(#/^/#, #/logger\.(error|critical|warning)\($/#),
            // A line whose level is judged where it is written.
            rule(#/^/#, #/logger\.log\(level:[^"]*\.(warning|error)[^"]*,$/#),
            rule(#/^/#, #/StartError\(description:$/#),
            rule(#/^/#, #/StoreUnavailable\(reason:$/#),
            rule(#/^OstiaryServer\//#, #/[(,]reason:$/#),
            rule(#/^(OstiaryServer|OstiaryHTTP)\//#, #/Fault\(description:$/#),
            rule(#/^(OstiaryServer|OstiaryPostgres|OstiaryCommand)\//#, #/(problems|warnings)\.append\($/#),
            rule(#/^OstiaryServer\//#, #/\(\[:\],\[$/#),
            rule(#/^OstiaryCommand\//#, #/ConfigurationError\(\[$/#),
            rule(#/^(OstiaryPostgres|OstiarySQLite|OstiarySQL)\//#, #/advice:$/#),
            rule(#/^(OstiaryPostgres|OstiarySQLite|OstiarySQL)\//#, #/advising\($/#),
            rule(
                #/(\/SQLError|\/Migration|SQLiteConnection\+Open|Settings\/Setting)\.swift$/#, #/case[.\w,()]+:$/#),
            rule(#/SQLiteConnection\+Open\.swift$/#, #/}return$/#),
            rule(#/PostgresAdvice\.swift$/#, #/(":|\(",|\?\?|return)$/#),
            rule(#/^OstiaryRedis\//#, #/Code\(text:$/#),
            rule(#/^OstiaryRedis\//#, #/RedisEndpointError\([^)]*$/#),
            rule(#/AuditLog\.swift$/#, #/staticletmessage=$/#),
            rule(#/AccountStore\.swift$/#, #/debugDescription:String\{$/#),
        ]
    }

    init() throws {
        // A literal must follow, or the line cannot be found.
        let demand = #/(logger\.(error|critical|warning)\(|StartError\(description:)[^"]/#
        let all = Self.rules()
        let folder = "\(Page.root)/Sources"
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        where file.hasSuffix(".swift") && !file.hasPrefix("OstiaryTestKit/") {
            let source = SwiftText(try Page("Sources/\(file)").text)
            if source.code.contains(demand) { faults.append(file) }
            let rules = all.filter { file.contains($0.files) }
            for literal in source.literals where literal.text.contains(where: \.isLetter) {
                guard rules.contains(where: { literal.before.contains($0.before) }) else { continue }
                lines.append(
                    Found(file: file, text: Line.joined(literal.text), previous: literal.previous))
            }
        }
    }
}
