// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The networks from which users logged in lately; times are microseconds since 1970.
    static let knownNetworks = Migration(name: "0007_known_networks") { dialect, users in
        [
            """
            CREATE TABLE ostiary_known_network (
                user_id BIGINT NOT NULL REFERENCES \(users) (id) ON DELETE CASCADE,
                network VARCHAR(45) NOT NULL,
                last_sign_in BIGINT NOT NULL,
                PRIMARY KEY (user_id, network)
            )\(dialect.clustered)
            """,
            "CREATE INDEX ostiary_known_network_last ON ostiary_known_network (last_sign_in)",
        ]
    }
}
