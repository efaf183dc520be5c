// SPDX-License-Identifier: Apache-2.0

import Testing

/// The page for operators whose server does not work has each line that the sources print, and no other.
@Suite("Page of error lines")
struct ErrorLineTests {
    /// Read once, since that takes more than a second.
    private static let found = Result { try OperatorLines() }
    private let page: Page
    private let sources: OperatorLines

    init() throws {
        page = try Page("docs/operating/when-something-is-wrong.md")
        sources = try Self.found.get()
    }

    /// The rows of tables that begin with a line, and the blocks of longer ones.
    private var told: [String] {
        let rows = page.text.matches(of: #/\n\| `(?<line>[^`]+)` \|/#).map { Line.ofPage($0.output.line) }
        let blocks = page.blocks("text").map { Line.ofPage($0.dropLast()) }
        return rows + blocks
    }

    @Test("the page has each line of the sources")
    func complete() {
        #expect(sources.faults.isEmpty, "a line must be a literal there, or the page cannot be compared")
        #expect(sources.lines.count > 100)
        let told = Set(told)
        for line in sources.lines where !told.contains(line.text) {
            Issue.record("\(line.file) prints a line that \(page.path) lacks: \(Line.shown(line.text))")
        }
    }

    @Test("the page has no line that the sources lack, and none twice")
    func current() {
        let printed = Set(sources.lines.map(\.text))
        var seen: Set<String> = []
        for line in told {
            if !printed.contains(line) { Issue.record("no source prints: \(Line.shown(line))") }
            if !seen.insert(line).inserted { Issue.record("twice: \(Line.shown(line))") }
        }
    }

    @Test("each SQLSTATE stands beside its advice")
    func states() {
        let states = sources.lines.filter {
            $0.file.hasSuffix("PostgresAdvice.swift") && $0.previous.wholeMatch(of: #/[0-9A-Z]{2}|[0-9A-Z]{5}/#) != nil
        }
        #expect(states.count > 20)
        for state in states {
            let row = page.text.split(separator: "\n").first { $0.hasPrefix("| `\(state.text)` |") }
            #expect(row?.contains("`\(state.previous)`") == true, "\(state.previous): \(state.text)")
        }
    }
}

/// The reader of Swift sources by which lines are found.
@Suite("Literals of Swift sources")
struct SwiftTextTests {
    @Test("literals of each kind are read, and those in comments and interpolations are none")
    func literals() {
        let source = SwiftText(
            ##"""
            // log("comment") /*
            log("a // b \(f("x", ")")) c") /* "no" */
            log("one " + "two", level: .error)
            log(#"raw \(x) \#(y) "quoted""#)
            log("""
                first \
                goes on
                second "quoted" \("""
                    inner
                    """)
                """)
            """##)
        let gap = Line.placeholder
        #expect(
            source.literals.map(\.text) == [
                "a // b \(gap) c", "one two", #"raw \(x) "# + gap + #" "quoted""#,
                "first goes on\nsecond \"quoted\" \(gap)",
            ])
        #expect(source.literals[1].before == #"log(")log("#)
        #expect(source.code == #"log(")log(",level:.error)log(")log(")"#)
    }
}
