// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The time by user before which a token without session must not have been issued; microseconds since 1970.
    static let tokenCutoffs = Migration(name: "0010_token_cutoffs") { dialect, users in
        [
            """
            CREATE TABLE ostiary_token_cutoff (
                user_id BIGINT NOT NULL PRIMARY KEY REFERENCES \(users) (id) ON DELETE CASCADE,
                issued_before BIGINT NOT NULL
            )\(dialect.clustered)
            """
        ]
    }
}
