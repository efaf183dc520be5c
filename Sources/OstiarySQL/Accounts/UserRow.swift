// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of a user in every query.
enum UserRow {
    /// `id` and `email` have no table's name, so that they are those of any table; `ostiary_verified_email` has no `id`.
    static let columns: StaticString = """
        id, email, username, first_name, last_name, is_active, is_staff, is_superuser, last_login,
        COALESCE(email = (SELECT v.email FROM ostiary_verified_email v WHERE v.user_id = id), FALSE)
        """
    /// The columns of the table `u` of a join.
    static let joinedColumns: StaticString = """
        u.id, u.email, u.username, u.first_name, u.last_name, u.is_active, u.is_staff, u.is_superuser, u.last_login,
        EXISTS (SELECT 1 FROM ostiary_verified_email v WHERE v.user_id = u.id AND v.email = u.email)
        """
    /// True if the address of the row `u` is proven.
    static let isVerified: StaticString =
        "EXISTS (SELECT 1 FROM ostiary_verified_email v WHERE v.user_id = u.id AND v.email = u.email)"
    /// The columns of a row `r` of a list.
    static let joinedResult: StaticString = """
        r.id, r.email, r.username, r.first_name, r.last_name, r.is_active, r.is_staff, r.is_superuser, r.last_login,
        EXISTS (SELECT 1 FROM ostiary_verified_email v WHERE v.user_id = r.id AND v.email = r.email)
        """
    static let count = 10

    /// The columns and the password of a row of `u` that may be missing. Values of about the same length stand in for a
    /// missing row and for a missing last login, so that every account takes the same time to read.
    static let columnsOrNobody: StaticString = """
        COALESCE(u.id, 0), COALESCE(u.email, 'nobody.at.all@mail.example'), COALESCE(u.username, ''),
        COALESCE(u.first_name, ''), COALESCE(u.last_name, ''), COALESCE(u.is_active, FALSE),
        COALESCE(u.is_staff, FALSE), COALESCE(u.is_superuser, FALSE),
        COALESCE(u.last_login, '1970-01-01 00:00:00.000001'), FALSE, COALESCE(u.password,
        'argon2$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
        """
    /// The id of the values that stand in for a missing row; no account has it.
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
            lastLogin: lastLogin == never ? nil : lastLogin,
            isEmailVerified: try row.bool(9)
        )
    }
}
