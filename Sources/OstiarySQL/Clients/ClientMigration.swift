// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The clients. Times are microseconds since 1970; secrets are digests, two at most.
    static let clients = Migration(name: "0020_clients") { dialect in
        [
            """
            CREATE TABLE ostiary_client (
                id VARCHAR(64) NOT NULL PRIMARY KEY,
                name VARCHAR(60) NOT NULL UNIQUE,
                kind VARCHAR(32) NOT NULL,
                may VARCHAR(200) NOT NULL,
                secret \(dialect.blob) NOT NULL,
                previous_secret \(dialect.blob),
                created_at BIGINT NOT NULL,
                secret_made_at BIGINT NOT NULL,
                last_used_at BIGINT,
                disabled_at BIGINT
            )
            """
        ]
    }
}
