// SPDX-License-Identifier: Apache-2.0

/// A step of a migration of indexes.
public enum IndexStep: Sendable {
    /// Builds an index.
    /// - Parameters:
    ///   - name: the name of the index.
    ///   - table: the table with the columns and the condition, as in `item (name) WHERE name <> ''`.
    case build(_ name: String, on: String)
    /// Builds an index of the accounts.
    /// - Parameters:
    ///   - name: the name of the index.
    ///   - columns: the columns and the condition, as in `(last_login, id)`.
    case buildOnUsers(_ name: String, _ columns: String)
    /// Builds the index of the accounts by the key of their addresses.
    case buildOnUsersByEmail(_ name: String)
    /// Drops the index of this name.
    case drop(String)

    /// The index to build.
    /// - Parameter users: the name of the accounts' table as it stands in a statement.
    /// - Returns: nil for a step that drops one.
    func index(users: String, on dialect: SQLDialect) -> (name: String, on: String)? {
        switch self {
        case .build(let index, let table): (index, table)
        case .buildOnUsers(let index, let columns): (index, "\(users) \(columns)")
        case .buildOnUsersByEmail(let index): (index, "\(users) (\(dialect.emailKey))")
        case .drop: nil
        }
    }

    /// The statement for SQLite.
    func statement(users: String) -> String {
        if let index = index(users: users, on: .sqlite) {
            return "CREATE INDEX IF NOT EXISTS \(index.name) ON \(index.on)"
        }
        guard case .drop(let name) = self else { return "" }
        return "DROP INDEX \(name)"
    }
}
