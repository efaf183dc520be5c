// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Adds time, methods and level of the login. Older sessions began with a password when they started, which is the
    /// default, so that no row is written.
    static let authentication = Migration(name: "0013_authentication") { _ in
        [
            "ALTER TABLE ostiary_session ADD COLUMN authenticated_at BIGINT",
            "ALTER TABLE ostiary_session ADD COLUMN amr TEXT NOT NULL DEFAULT 'pwd'",
            "ALTER TABLE ostiary_session ADD COLUMN acr TEXT NOT NULL DEFAULT 'aal1'",
        ]
    }
}
