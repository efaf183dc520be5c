extension SQLDialect {
    /// Keeps a table in the order of its primary key, without a second tree. PostgreSQL has no such tables.
    var clustered: String {
        switch self {
        case .sqlite: " WITHOUT ROWID"
        case .postgres: ""
        }
    }
}
