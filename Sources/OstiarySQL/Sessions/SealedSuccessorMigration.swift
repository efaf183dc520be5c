// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Adds the columns by which a repeated refresh is judged and answered. Tokens that were spent before do not have
    /// them, so their repetition is a replay, as before.
    static let sealedSuccessors = Migration(name: "0006_sealed_successors") { dialect in
        [
            "ALTER TABLE ostiary_refresh_token ADD COLUMN parent_key \(dialect.blob)",
            "ALTER TABLE ostiary_refresh_token ADD COLUMN spent_key \(dialect.blob)",
            "ALTER TABLE ostiary_refresh_token ADD COLUMN access_expires_at BIGINT",
            "ALTER TABLE ostiary_refresh_token ADD COLUMN successor \(dialect.blob)",
            "ALTER TABLE ostiary_refresh_token ADD COLUMN sealed_successor \(dialect.blob)",
        ]
    }
}
