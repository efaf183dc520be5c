// SPDX-License-Identifier: Apache-2.0

/// A step of a migration of indexes.
public enum IndexStep: Sendable {
    /// Builds an index.
    /// - Parameters:
    ///   - name: the name of the index.
    ///   - table: the table with the columns and the condition, as in `item (name) WHERE name <> ''`.
    case build(_ name: String, on: String)
    /// Drops the index of this name.
    case drop(String)

    /// The statement for SQLite.
    var statement: String {
        switch self {
        case .build(let index, let table): "CREATE INDEX \(index) ON \(table)"
        case .drop(let index): "DROP INDEX \(index)"
        }
    }
}
