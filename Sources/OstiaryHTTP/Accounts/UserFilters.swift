// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The parameters by which users are selected.
enum UserFilters {
    private static let search = Parameter(
        "search", in: .query, example: "first@",
        help: "An id, or the beginning of an e-mail address in any case of its letters.")
    private static let name = Parameter(
        "name", in: .query, example: "first", help: "The exact `username`.")
    private static let active = Parameter(
        "active", in: .query, .boolean, example: "true", help: "Filters by `is_active`.")
    private static let staff = Parameter("staff", in: .query, .boolean, example: "true", help: "Filters by `is_staff`.")
    private static let superuser = Parameter(
        "superuser", in: .query, .boolean, example: "true", help: "Filters by `is_superuser`.")
    private static let group = Parameter("group", in: .query, .integer, example: "1", help: "The id of a group.")
    private static let lastLoginBefore = Parameter(
        "last_login_before", in: .query, .dateTime, example: "2026-01-31",
        help: "Selects users whose last login was before this time.")
    private static let neverLoggedIn = Parameter(
        "never_logged_in", in: .query, .boolean, example: "true",
        help: "`true` selects users who never logged in; with `last_login_before`, they are selected, too.")
    static let order = Parameter(
        "order", in: .query, .oneOf(UserQuery.Order.allCases.map(\.rawValue)), example: "email",
        help: "The order of the list; `-` reverses it.")

    static let parameters = [search, name, active, staff, superuser, group, lastLoginBefore, neverLoggedIn]

    /// Reads the filters; errors stay in the reader.
    static func query(_ reader: inout QueryReader) -> UserQuery {
        var query = UserQuery()
        query.search = reader.text(search).map(UserQuery.Search.init)
        query.name = reader.text(name)
        query.isActive = reader.boolean(active)
        query.isStaff = reader.boolean(staff)
        query.isSuperuser = reader.boolean(superuser)
        query.group = reader.integer(group)
        query.lastLoginBefore = reader.dateTime(lastLoginBefore)
        query.neverLoggedIn = reader.boolean(neverLoggedIn) ?? false
        return query
    }
}

extension FieldMessage {
    static let cursorInvalid = FieldMessage(
        code: "invalid", text: "Must be the `next` of a page of this list in this order.")
}
