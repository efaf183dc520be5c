// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Groups, permissions and the marks of passwords that are to be changed. The names of groups are ordered by their
    /// bytes on both engines. `ostiary_setup` keeps the digests of links that create the first superuser.
    static let permissions = Migration(name: "0016_permissions") { dialect, users in
        let byBytes = dialect == .postgres ? " COLLATE \"C\"" : ""
        return [
            """
            CREATE TABLE ostiary_group (
                id \(dialect.autoincrementPrimaryKey),
                name VARCHAR(150)\(byBytes) NOT NULL UNIQUE
            )
            """,
            """
            CREATE TABLE ostiary_group_permission (
                group_id BIGINT NOT NULL REFERENCES ostiary_group (id) ON DELETE CASCADE,
                permission VARCHAR(100) NOT NULL,
                PRIMARY KEY (group_id, permission)
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE ostiary_group_member (
                group_id BIGINT NOT NULL REFERENCES ostiary_group (id) ON DELETE CASCADE,
                user_id BIGINT NOT NULL REFERENCES \(users) (id) ON DELETE CASCADE,
                PRIMARY KEY (group_id, user_id)
            )\(dialect.clustered)
            """,
            "CREATE INDEX ostiary_group_member_user ON ostiary_group_member (user_id)",
            """
            CREATE TABLE ostiary_user_permission (
                user_id BIGINT NOT NULL REFERENCES \(users) (id) ON DELETE CASCADE,
                permission VARCHAR(100) NOT NULL,
                PRIMARY KEY (user_id, permission)
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE ostiary_password_mark (
                user_id BIGINT NOT NULL PRIMARY KEY REFERENCES \(users) (id) ON DELETE CASCADE,
                at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE ostiary_setup (
                digest \(dialect.blob) NOT NULL PRIMARY KEY,
                expires_at BIGINT NOT NULL
            )
            """,
        ]
    }
}
