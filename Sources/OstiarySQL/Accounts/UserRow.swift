// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of a user as every query names them.
enum UserRow {
    static let columns: StaticString =
        "id, email, username, first_name, last_name, is_active, is_staff, is_superuser, last_login"
    /// The same, of the table that a join calls `u`.
    static let joinedColumns: StaticString = """
        u.id, u.email, u.username, u.first_name, u.last_name, u.is_active, u.is_staff, u.is_superuser, u.last_login
        """
    static let count = 9

    /// The same and the password, of a row of `u` that may be missing: about as many characters stand in for it, and for
    /// a last login that never was, so that each account takes as long to read.
    static let columnsOrNobody: StaticString = """
        COALESCE(u.id, 0), COALESCE(u.email, 'nobody.at.all@mail.example'), COALESCE(u.username, ''),
        COALESCE(u.first_name, ''), COALESCE(u.last_name, ''), COALESCE(u.is_active, FALSE),
        COALESCE(u.is_staff, FALSE), COALESCE(u.is_superuser, FALSE),
        COALESCE(u.last_login, '1970-01-01 00:00:00.000001'), COALESCE(u.password,
        'argon2$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
        """
    /// No account has this id.
    static let nobody: User.ID = 0
    private static let never = Timestamp(microseconds: 1)

    static func user(_ row: SQLRow) throws(SQLError) -> User {
        let lastLogin = try row.optionalText(8).flatMap(Timestamp.init(sqlText:))
        return User(
            id: try row.integer(0),
            email: try row.text(1),
            username: try row.text(2),
            firstName: try row.text(3),
            lastName: try row.text(4),
            isActive: try row.bool(5),
            isStaff: try row.bool(6),
            isSuperuser: try row.bool(7),
            lastLogin: lastLogin == never ? nil : lastLogin
        )
    }
}
