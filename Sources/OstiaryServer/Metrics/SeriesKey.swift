// SPDX-License-Identifier: Apache-2.0

/// A metric's name and labels.
struct SeriesKey: Sendable, Equatable {
    let name: String
    /// The labels as they are written, sorted by name.
    private let labels: [String]

    init(label: String, dimensions: [(String, String)]) {
        self.name = String(label.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" ? $0 : "_" })
        self.labels = dimensions.sorted { $0.0 < $1.0 }.map { "\($0)=\"\(Self.escaped($1))\"" }
    }

    /// - Parameters:
    ///   - suffix: a text to append to the name.
    ///   - extra: an additional label, as it is written.
    func text(suffix: String = "", extra: String? = nil) -> String {
        let all = labels + (extra.map { [$0] } ?? [])
        return name + suffix + (all.isEmpty ? "" : "{\(all.joined(separator: ","))}")
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
    }
}
