// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The indexes along which a list of users is read.
struct UserScans {
    let query: UserQuery
    let dialect: SQLDialect
    /// The result of a row `r`, and as many times NULL.
    let result: StaticString
    let padding: StaticString

    private var isDescending: Bool { query.effectiveOrder.rawValue.utf8.first == UInt8(ascii: "-") }

    /// The parts of the list from the query's cursor on, in their order.
    var all: [ListScan] {
        switch (query.search, query.effectiveOrder) {
        case (.nothing, _): []
        // There is at most one row, which is on the first page in any order.
        case (.id(let id), .id), (.id(let id), .idDescending): [byID(.one(id))]
        case (.id(let id), _): query.cursor == nil ? [byID(.one(id))] : []
        case (_, .id), (_, .idDescending): [byID(idIndex)]
        case (_, .email), (_, .emailDescending): [byEmail()]
        case (_, .lastLogin), (_, .lastLoginDescending): byLastLogin()
        }
    }

    private func scan(
        _ source: SQLQuery, keys: StaticString, keySource: SQLQuery? = nil, last: ListScan.Last,
        isScattered: Bool = true
    ) -> ListScan {
        ListScan(
            columns: UserRow.joinedColumns, keys: keys, source: source, keySource: keySource, result: "\(raw: result)",
            padding: padding, filter: filter, last: last, isScattered: isScattered)
    }

    // MARK: - By id

    private enum IDIndex {
        case all, staff, superusers, inactive, neverLoggedIn
        case one(User.ID)
        case name(String)
        case group(Int64)
    }

    /// The index with the fewest rows.
    private var idIndex: IDIndex {
        if let name = query.name, !name.isEmpty { return .name(name) }
        if let group = query.group { return .group(group) }
        if query.isSuperuser == true { return .superusers }
        if query.isStaff == true { return .staff }
        if query.isActive == false { return .inactive }
        return query.neverLoggedIn && query.lastLoginBefore == nil ? .neverLoggedIn : .all
    }

    private func byID(_ index: IDIndex) -> ListScan {
        let start: User.ID? = if case .id(let id) = query.position { id } else { nil }
        let last: ListScan.Last = isDescending ? .single("min(k.id)") : .single("max(k.id)")
        let keys: StaticString = "u.id"
        let isBehind: SQLQuery = isDescending ? "u.id < \(start ?? .max)" : "u.id > \(start ?? .min)"
        let order: StaticString = isDescending ? " ORDER BY u.id DESC" : " ORDER BY u.id"
        func scan(_ table: SQLQuery, _ condition: SQLQuery) -> ListScan {
            self.scan(
                "FROM \(table) WHERE \(condition) AND \(isBehind)\(raw: order)", keys: keys, last: last)
        }
        switch index {
        case .all:
            return self.scan(
                "FROM \(table: .users) u WHERE \(isBehind)\(raw: order)", keys: keys, last: last, isScattered: false)
        case .one(let id): return scan("\(table: .users) u", "u.id = \(id)")
        case .staff: return scan("\(table: .users) u\(table: .userIndex(.userStaff, dialect))", "u.is_staff")
        case .superusers:
            return scan("\(table: .users) u\(table: .userIndex(.userSuperuser, dialect))", "u.is_superuser")
        case .inactive: return scan("\(table: .users) u\(table: .userIndex(.userInactive, dialect))", "NOT u.is_active")
        case .name(let name):
            return scan(
                "\(table: .users) u\(table: .userIndex(.userName, dialect))",
                "u.username = \(name) AND u.username <> ''")
        case .neverLoggedIn: return never(behind: start, last: last)
        case .group(let group):
            // `CROSS JOIN` makes SQLite begin with the members.
            let isMemberBehind: SQLQuery =
                isDescending ? "m.user_id < \(start ?? .max)" : "m.user_id > \(start ?? .min)"
            let order: StaticString = isDescending ? " ORDER BY m.user_id DESC" : " ORDER BY m.user_id"
            // PostgreSQL does not conclude where the users begin from where the members do.
            return self.scan(
                """
                FROM \(table: .groupMembers) m CROSS JOIN \(table: .users) u
                WHERE m.group_id = \(group) AND \(isMemberBehind) AND u.id = m.user_id AND \(isBehind)\(raw: order)
                """, keys: "m.user_id AS id",
                keySource:
                    "FROM \(table: .groupMembers) m WHERE m.group_id = \(group) AND \(isMemberBehind)\(raw: order)",
                last: last)
        }
    }

    /// Users who never logged in, in the order of their ids.
    private func never(behind id: User.ID?, last: ListScan.Last) -> ListScan {
        // The first column of the order is always NULL, and PostgreSQL does not know that this makes it needless.
        let part: SQLQuery =
            isDescending
            ? "u.id < \(id ?? .max) ORDER BY u.last_login DESC, u.id DESC"
            : "u.id > \(id ?? .min) ORDER BY u.last_login, u.id"
        return scan(
            "FROM \(table: .users) u\(table: .userIndex(.userLastLogin, dialect)) WHERE u.last_login IS NULL AND \(part)",
            keys: "u.id", last: last)
    }

    // MARK: - By e-mail

    /// Behind every address, which is ASCII.
    private static let endOfAll = "\u{10FFFF}"

    private func byEmail() -> ListScan {
        let prefix: UserQuery.EmailPrefix? = if case .email(let prefix) = query.search { prefix } else { nil }
        let start: String? = if case .email(let key) = query.position { key } else { nil }
        let key = dialect.emailKey
        let range: SQLQuery
        if isDescending {
            let end = [start, prefix?.end].compactMap { $0 }.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            range = """
                \(raw: key) < \(end ?? Self.endOfAll) AND \(raw: key) >= \(prefix?.text ?? "")
                ORDER BY \(raw: key) DESC
                """
        } else if let start, prefix.map({ $0.text.utf8.lexicographicallyPrecedes(start.utf8) }) ?? true {
            range = """
                \(raw: key) > \(start) AND \(raw: key) < \(prefix?.end ?? Self.endOfAll) ORDER BY \(raw: key)
                """
        } else {
            range = """
                \(raw: key) >= \(prefix?.text ?? "") AND \(raw: key) < \(prefix?.end ?? Self.endOfAll)
                ORDER BY \(raw: key)
                """
        }
        return scan(
            "FROM \(table: .users) u\(table: .userIndex(.userEmail, dialect)) WHERE \(range)",
            keys: dialect.namedEmailKey,
            last: .single(isDescending ? "min(k.email_key)" : "max(k.email_key)"))
    }

    // MARK: - By last login

    /// A part where nobody logged in, and one or two parts of all others: those who logged in at the cursor's moment,
    /// and those behind that. SQLite would not look for a pair of both columns, so it would read all users of the
    /// cursor's moment for each page.
    private func byLastLogin() -> [ListScan] {
        let takesAll = query.lastLoginBefore == nil && !query.neverLoggedIn
        let takesNever = takesAll || query.neverLoggedIn
        let takesOthers = takesAll || query.lastLoginBefore != nil
        let start: (time: Timestamp?, id: User.ID)? =
            if case .lastLogin(let time, let id) = query.position { (time, id) } else { nil }
        let single: ListScan.Last = isDescending ? .single("min(k.id)") : .single("max(k.id)")
        var never = takesNever ? [self.never(behind: start?.time == nil ? start?.id : nil, last: single)] : []
        var others = takesOthers ? logins(behind: start?.time) : []
        if let start {
            if let time = start.time {
                if takesOthers { others.insert(logins(at: time, behind: start.id), at: 0) }
                if !isDescending { never = [] }
            } else if isDescending {
                others = []
            }
        }
        return isDescending ? others + never : never + others
    }

    private func logins(behind time: Timestamp?) -> [ListScan] {
        let table: SQLQuery = "FROM \(table: .users) u\(table: .userIndex(.userLastLogin, dialect))"
        let end = query.lastLoginBefore ?? .latest
        if isDescending {
            return [
                scan(
                    """
                    \(table) WHERE u.last_login < \(moment: min(time ?? end, end))
                    ORDER BY u.last_login DESC, u.id DESC
                    """, keys: "u.last_login, u.id",
                    last: .pair("min(k.last_login)", "min(CASE WHEN k.last_login = m.first THEN k.id END)"))
            ]
        }
        return [
            scan(
                """
                \(table) WHERE u.last_login > \(moment: time ?? .earliest) AND u.last_login < \(moment: end)
                ORDER BY u.last_login, u.id
                """, keys: "u.last_login, u.id",
                last: .pair("max(k.last_login)", "max(CASE WHEN k.last_login = m.first THEN k.id END)"))
        ]
    }

    private func logins(at time: Timestamp, behind id: User.ID) -> ListScan {
        let part: SQLQuery =
            isDescending
            ? "u.id < \(id) ORDER BY u.last_login DESC, u.id DESC" : "u.id > \(id) ORDER BY u.last_login, u.id"
        let second: StaticString = isDescending ? "min(k.id)" : "max(k.id)"
        return scan(
            """
            FROM \(table: .users) u\(table: .userIndex(.userLastLogin, dialect))
            WHERE u.last_login = \(moment: time) AND \(part)
            """, keys: "u.last_login, u.id", last: .pair("max(k.last_login)", second))
    }

    // MARK: - The filter

    /// All filters of the query, as one text whatever it asks for, but for the group.
    private var filter: SQLQuery {
        let id: User.ID? = if case .id(let id) = query.search { id } else { nil }
        let prefix: UserQuery.EmailPrefix? = if case .email(let prefix) = query.search { prefix } else { nil }
        let isAnyLogin = query.lastLoginBefore == nil && !query.neverLoggedIn
        let text: SQLQuery = """
            (\(id) IS NULL OR r.id = \(id)) AND (\(query.name) IS NULL OR r.username = \(query.name))
            AND (\(prefix?.text) IS NULL
                OR \(raw: dialect.emailKey) >= \(prefix?.text) AND \(raw: dialect.emailKey) < \(prefix?.end))
            AND (\(query.isActive) IS NULL OR r.is_active = \(query.isActive))
            AND (\(query.isStaff) IS NULL OR r.is_staff = \(query.isStaff))
            AND (\(query.isSuperuser) IS NULL OR r.is_superuser = \(query.isSuperuser))
            AND (\(isAnyLogin) OR r.last_login < \(moment: query.lastLoginBefore)
                OR \(query.neverLoggedIn) AND r.last_login IS NULL)
            """
        guard let group = query.group else { return text }
        // PostgreSQL would make a join of EXISTS, in whatever order it likes.
        return """
            \(text) AND (
                SELECT g.user_id FROM \(table: .groupMembers) g WHERE g.group_id = \(group) AND g.user_id = r.id
            ) IS NOT NULL
            """
    }
}
