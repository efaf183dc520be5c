// SPDX-License-Identifier: Apache-2.0

/// The name of a table or column of another program, for statements that read it. Any name is safe, since it stands in
/// quotation marks; both engines then take it as it is, capital letters included.
package struct SQLName: Sendable, Hashable {
    /// The name as the catalog has it.
    package let text: String
    /// The schema of a table of PostgreSQL; nil for the search path.
    package let schema: String?

    package init(_ text: String, schema: String? = nil) {
        self.text = text
        self.schema = schema
    }

    /// The name as it stands in a statement.
    package var quoted: String { [schema, text].compactMap(\.self).map(Self.quoting).joined(separator: ".") }

    private static func quoting(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            // Neither engine takes a NUL, and C would end the statement there.
            guard scalar != "\0" else { continue }
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}

extension SQLQuery.StringInterpolation {
    /// A name of another program, in quotation marks.
    package mutating func appendInterpolation(name: SQLName) { append(checked: name.quoted) }
}
