// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The keys of the ring and the verifiers of tokens. Times are microseconds since 1970. A private key is sealed under
    /// the root secret; it is NULL once nothing needs it.
    static let keys = Migration(name: "0019_keys") { dialect in
        [
            """
            CREATE TABLE ostiary_key (
                kid VARCHAR(64) NOT NULL PRIMARY KEY,
                algorithm VARCHAR(16) NOT NULL,
                state VARCHAR(16) NOT NULL,
                jwk TEXT NOT NULL,
                sealed \(dialect.blob),
                published_at BIGINT NOT NULL,
                signing_at BIGINT,
                retired_at BIGINT,
                remove_after BIGINT,
                longest_lifetime BIGINT NOT NULL,
                reason VARCHAR(200)
            )
            """,
            // At most one key of an algorithm signs, and at most one waits to.
            "CREATE UNIQUE INDEX ostiary_key_signing ON ostiary_key (algorithm) WHERE state = 'signing'",
            "CREATE UNIQUE INDEX ostiary_key_published ON ostiary_key (algorithm) WHERE state = 'published'",
            """
            CREATE TABLE ostiary_shared_key (
                slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
                retired_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE ostiary_verifier (
                name VARCHAR(100) NOT NULL PRIMARY KEY,
                kind VARCHAR(16) NOT NULL,
                kids TEXT NOT NULL,
                seen_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ostiary_verifier_seen ON ostiary_verifier (seen_at)",
        ]
    }
}
