// SPDX-License-Identifier: Apache-2.0

/// The column type of a binding, which PostgreSQL needs and SQLite ignores.
package enum SQLKind: Sendable, Hashable {
    case integer
    case text
    case blob
    case boolean
    case moment
    /// PostgreSQL infers the type from the statement.
    case unknown

    init(of value: SQLValue) {
        self =
            switch value {
            case .null: .unknown
            case .integer: .integer
            case .text: .text
            case .blob: .blob
            }
    }
}
