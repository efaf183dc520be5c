// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// The metrics of a server at one moment, by name and labels as they are written.
struct Scrape {
    let text: String
    private let values: [String: Double]

    init(port: UInt16) throws {
        let answer = try WireClient(port: port, timeout: 5).exchange(WireRequest("GET", "/metrics"))
        guard answer.status == 200 else { throw Failure("\(answer)") }
        text = answer.text
        var values: [String: Double] = [:]
        for line in answer.text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
                throw Failure("no line of a metric: \(line)")
            }
            guard values.updateValue(value, forKey: String(line[..<blank])) == nil else {
                throw Failure("twice: \(line)")
            }
        }
        self.values = values
    }

    subscript(series: String) -> Double? { values[series] }

    /// The series whose names begin so.
    func series(_ prefix: String) -> [String: Double] { values.filter { $0.key.hasPrefix(prefix) } }
}

/// A program of the Debian package `prometheus`.
enum PrometheusPackage {
    static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

    static func program(_ name: String) -> String { "\(root)/.build/packages/prometheus/usr/bin/\(name)" }

    /// A file of the documentation for operators.
    static func file(_ name: String) -> String { "\(root)/docs/operating/\(name)" }

    static func promtool(_ arguments: [String], input: String = "") throws -> CommandResult {
        try CommandResult(program("promtool"), arguments, input: input)
    }
}
