// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLAccountStore {
    package func users(_ query: UserQuery, in context: RequestContext) async throws -> ListPage<User> {
        try await page(
            query, UserRow.joinedResult, "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL", in: context
        ) { row in
            let user = try UserRow.user(row)
            return (user, UserQuery.Position(user, in: query.effectiveOrder))
        }
    }

    package func ids(
        matching query: UserQuery, after cursor: PageCursor?, limit: Int, in context: RequestContext
    ) async throws -> ListPage<User.ID> {
        var query = query.inCheapestOrder
        (query.cursor, query.limits.page) = (cursor, limit)
        let order = query.effectiveOrder
        return try await page(query, "r.id, r.email, r.last_login", "NULL, NULL, NULL", in: context) { row in
            let (id, email) = (try row.integer(0), try row.text(1))
            let lastLogin = try row.optionalText(2).flatMap(Timestamp.init(sqlText:))
            return (id, UserQuery.Position(User(id: id, email: email, lastLogin: lastLogin), in: order))
        }
    }

    private func page<Row: Sendable>(
        _ query: UserQuery, _ result: StaticString, _ padding: StaticString, in context: RequestContext,
        row: @escaping @Sendable (SQLRow) throws -> (Row, UserQuery.Position)
    ) async throws -> ListPage<Row> {
        // No name has a NUL, and PostgreSQL takes none.
        guard !query.isMisplaced, query.name?.utf8.contains(0) != true else { return .empty }
        let scans = UserScans(query: query, dialect: database.dialect, result: result, padding: padding).all
        guard !scans.isEmpty else { return .empty }
        let found: FoundRows<(Row, UserQuery.Position), UserQuery.Position> = try await database.fetch(in: context) {
            connection in
            try connection.fill(scans, query.limits, row: row) { try query.position(of: $0, from: $1) }
        }
        let next = found.isMore ? found.rows.last?.1 : found.cut
        return ListPage(
            items: found.rows.map(\.0), next: next.map(query.cursor(behind:)),
            isCutShort: found.isCutShort(of: query.limits))
    }
}

extension UserQuery {
    /// The last keys that a ``ListScan`` tells.
    fileprivate func position(of row: SQLRow, from first: Int) throws -> Position {
        switch effectiveOrder {
        case .id, .idDescending: .id(try row.integer(first + 1))
        case .email, .emailDescending: .email(key: try row.text(first + 1))
        case .lastLogin, .lastLoginDescending:
            .lastLogin(try row.optionalText(first).flatMap(Timestamp.init(sqlText:)), try row.integer(first + 1))
        }
    }
}
