// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A table or column name that is known at run time only and is safe to stand in a statement unquoted.
public struct SQLIdentifier: Sendable, Hashable {
    /// The name as it stands in a statement.
    public let name: String

    /// - Returns: nil unless the name matches `[a-z_][a-z0-9_]{0,62}`, which both engines take as it is: PostgreSQL
    ///   cuts names after 63 bytes.
    public init?(_ name: String) {
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first, !first.isASCIIDigit else { return nil }
        guard name.utf8.allSatisfy({ $0.isASCIIDigit || Self.isLetter($0) }) else { return nil }
        self.name = name
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }
}
