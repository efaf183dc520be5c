// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The tickets of logins across hosts. Times are microseconds since 1970.
    static let gateTickets = Migration(name: "0022_gate_tickets") { dialect in
        [
            """
            CREATE TABLE ostiary_gate_ticket (
                digest \(dialect.blob) NOT NULL PRIMARY KEY,
                session_id \(dialect.blob) NOT NULL REFERENCES ostiary_session (id) ON DELETE CASCADE,
                origin VARCHAR(300) NOT NULL,
                state \(dialect.blob) NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ostiary_gate_ticket_session ON ostiary_gate_ticket (session_id, expires_at)",
            "CREATE INDEX ostiary_gate_ticket_expires ON ostiary_gate_ticket (expires_at)",
        ]
    }
}
