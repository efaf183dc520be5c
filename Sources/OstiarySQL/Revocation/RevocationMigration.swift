// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The list of what is revoked, for programs that verify tokens by themselves. Times are microseconds since 1970;
    /// after `expires_at` no token of the row lives. On PostgreSQL rows become visible in another order than their ids
    /// have, so each tells its transaction.
    static let revocations = Migration(name: "0021_revocations") { dialect in
        let transaction: String
        switch dialect {
        case .sqlite: transaction = ""
        case .postgres: transaction = ",\n    transaction_id XID8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id()"
        }
        let table = """
            CREATE TABLE ostiary_revocation (
                id \(dialect.autoincrementPrimaryKey),
                kind VARCHAR(16) NOT NULL,
                subject VARCHAR(100) NOT NULL,
                at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL\(transaction)
            )
            """
        let order = "CREATE INDEX ostiary_revocation_transaction ON ostiary_revocation (transaction_id)"
        return [
            table,
            "CREATE INDEX ostiary_revocation_expiry ON ostiary_revocation (expires_at)",
            // The latest `exp` of the session's access tokens; NULL in sessions that are older than the column.
            "ALTER TABLE ostiary_session ADD COLUMN access_expires_at BIGINT",
        ] + (dialect == .postgres ? [order] : [])
    }
}
