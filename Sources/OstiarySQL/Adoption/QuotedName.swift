// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The name of a table or a column of another program, which stands in a statement between quotation marks.
package struct QuotedName: Sendable, Hashable, CustomStringConvertible {
    /// The name itself.
    package let text: String

    /// - Parameter text: 1…63 printable ASCII characters without a quotation mark: PostgreSQL cuts names after 63 bytes.
    /// - Returns: nil for any other text.
    package init?(_ text: String) {
        guard (1...63).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") })
        else { return nil }
        self.text = text
    }

    /// The name as it stands in a statement.
    package var description: String { "\"\(text)\"" }
}

extension SQLQuery.StringInterpolation {
    /// A checked name, between quotation marks.
    package mutating func appendInterpolation(name: QuotedName) { append(checked: name.description) }
}
