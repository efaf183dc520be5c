// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Before which moment a token without session must have been issued to be refused, by user; microseconds since 1970.
    static let tokenCutoffs = Migration(name: "0010_token_cutoffs") { dialect in
        [
            """
            CREATE TABLE ostiary_token_cutoff (
                user_id BIGINT NOT NULL PRIMARY KEY REFERENCES ostiary_user (id) ON DELETE CASCADE,
                issued_before BIGINT NOT NULL
            )\(dialect.clustered)
            """
        ]
    }
}
