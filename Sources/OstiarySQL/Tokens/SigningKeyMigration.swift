// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// One row: which key signs for everybody who uses this database.
    static let signingKey = Migration(name: "0005_signing_key") { _ in
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

    /// The same for the secret that everything hangs on which is not a token.
    static let rootSecret = Migration(name: "0014_root_secret") { _ in
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
