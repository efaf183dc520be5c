// SPDX-License-Identifier: Apache-2.0

/// What sort of column a binding is meant for. SQLite does not ask.
package enum SQLKind: Sendable, Hashable {
    case integer
    case text
    case blob
    case boolean
    case moment
    /// Whatever the statement makes of it.
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
