// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// A table of one row: the fingerprint of the key that signs for all nodes on this database.
    package static let signingKey = Migration(name: "0005_signing_key") { _ in
        [
            """
            CREATE TABLE ostiary_signing_key (
                slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
                fingerprint VARCHAR(255) NOT NULL,
                created_at BIGINT NOT NULL
            )
            """
        ]
    }

    /// A table of one row: the fingerprint of the root secret.
    package static let rootSecret = Migration(name: "0014_root_secret") { _ in
        [
            """
            CREATE TABLE ostiary_root_secret (
                slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
                fingerprint VARCHAR(255) NOT NULL,
                created_at BIGINT NOT NULL
            )
            """
        ]
    }
}
