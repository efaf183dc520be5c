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
}
