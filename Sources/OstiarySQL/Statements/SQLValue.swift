// SPDX-License-Identifier: Apache-2.0

/// A value that is bound to a statement or read from a row.
public enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
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
