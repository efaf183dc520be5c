// SPDX-License-Identifier: Apache-2.0

/// A table name that came from configuration and is safe to stand in a statement unquoted.
public struct SQLIdentifier: Sendable, Hashable {
    public let name: String

    /// - Returns: nil unless the name matches `[a-z_][a-z0-9_]{0,62}`, which both databases read as written
    ///   (PostgreSQL cuts names after 63 bytes).
    public init?(_ name: String) {
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first, !Self.isDigit(first) else { return nil }
        guard name.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) }) else { return nil }
        self.name = name
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
