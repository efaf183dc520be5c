// SPDX-License-Identifier: Apache-2.0

/// A value that is bound to a statement or read from a row.
public enum SQLValue: Sendable, Equatable {
    /// NULL.
    case null
    /// An integer of 64 bits; a boolean is 0 or 1.
    case integer(Int64)
    /// A text.
    case text(String)
    /// Bytes.
    case blob([UInt8])
}

extension SQLValue: CustomStringConvertible {
    /// The type alone, since a value may be an address, a digest or a token.
    public var description: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .text: "text"
        case .blob: "blob"
        }
    }
}
