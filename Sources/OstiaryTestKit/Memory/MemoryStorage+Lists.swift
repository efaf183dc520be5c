// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage {
    public func users(_ query: UserQuery, in context: RequestContext) async throws -> ListPage<User> {
        guard !query.isMisplaced else { return .empty }
        return transaction { tables in
            let rows = tables.users(behind: query.position, in: query.effectiveOrder)
            return ListPage(of: rows, query.limits, where: { query.matches($0, in: tables) }) {
                query.cursor(behind: UserQuery.Position($0, in: query.effectiveOrder))
            }
        }
    }

    public func ids(
        matching query: UserQuery, after cursor: PageCursor?, limit: Int, in context: RequestContext
    ) async throws -> ListPage<User.ID> {
        var query = query.inCheapestOrder
        (query.cursor, query.limits.page) = (cursor, limit)
        return try await users(query, in: context).map(\.id)
    }

    public func sessions(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession> {
        guard !query.isMisplaced else { return .empty }
        return transaction { tables in
            let rows = tables.started(behind: query.position)
            return ListPage(of: rows, query.limits, where: { query.matches($0, at: context.now) }) {
                query.cursor(behind: SessionQuery.Position($0))
            }.map { tables.listed($0) }
        }
    }

    public func page(_ query: AuditQuery, in context: RequestContext) async throws -> ListPage<AuditEntry> {
        transaction { tables in
            let limits = ListLimits(page: query.limit, reach: query.reach)
            let rows = tables.entries.reversed().filter { $0.id > query.after && $0.id < query.before ?? .max }
            return ListPage(of: rows, limits, where: query.matches) { AuditQuery.cursor(behind: $0.id) }
        }
    }
}

extension ListPage {
    /// - Parameters:
    ///   - rows: the rows of the list from the start of the page on.
    ///   - cursor: makes the cursor behind a row.
    fileprivate init(
        of rows: [Element], _ limits: ListLimits, where matches: (Element) -> Bool, cursor: (Element) -> PageCursor
    ) {
        self = .empty
        for row in rows.prefix(limits.reach) where matches(row) {
            guard items.count < limits.page else {
                next = items.last.map(cursor)
                return
            }
            items.append(row)
        }
        guard rows.count >= limits.reach, limits.reach > 0 else { return }
        (next, isCutShort) = (cursor(rows[limits.reach - 1]), items.count < limits.page)
    }
}

extension MemoryStorage.Tables {
    typealias Started = (key: SessionID, value: MemoryStorage.StoredSession)

    fileprivate func users(behind position: UserQuery.Position?, in order: UserQuery.Order) -> [User] {
        let rows = accounts.values.map { ($0.user, UserQuery.Position($0.user, in: order)) }
        let isDescending = order.rawValue.utf8.first == UInt8(ascii: "-")
        return rows.filter { row in position.map { isDescending ? row.1 < $0 : $0 < row.1 } ?? true }
            .sorted { isDescending ? $1.1 < $0.1 : $0.1 < $1.1 }.map(\.0)
    }

    fileprivate func started(behind position: SessionQuery.Position?) -> [Started] {
        sessions.filter { $0.value.endedAt == nil }.map { ($0.key, $0.value) }
            .filter { row in position.map { SessionQuery.Position(row) < $0 } ?? true }
            .sorted { SessionQuery.Position($1) < SessionQuery.Position($0) }
    }

    fileprivate func listed(_ row: Started) -> ListedSession {
        let stored = row.value
        return ListedSession(
            record: SessionRecord(
                id: row.key, startedAt: stored.startedAt, lastUsedAt: stored.lastUsedAt, origin: stored.origin),
            user: stored.userID, email: accounts[stored.userID]?.user.email ?? "",
            authentication: stored.authentication)
    }
}

extension SessionQuery.Position {
    fileprivate init(_ row: MemoryStorage.Tables.Started) {
        self.init(startedAt: row.value.startedAt, id: row.key)
    }
}

extension UserQuery.Position {
    /// By bytes, as the databases compare; users who never logged in come first.
    fileprivate static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.id(let left), .id(let right)): left < right
        case (.email(let left), .email(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.lastLogin(let left, let leftID), .lastLogin(let right, let rightID)):
            (left?.microseconds ?? .min, leftID) < (right?.microseconds ?? .min, rightID)
        default: false
        }
    }
}

extension UserQuery {
    fileprivate func matches(_ user: User, in tables: MemoryStorage.Tables) -> Bool {
        let isFound =
            switch search {
            case nil: true
            case .id(let id): user.id == id
            case .email(let prefix): EmailAddress.key(of: user.email).hasBytePrefix(prefix.text)
            case .nothing: false
            }
        let isDue =
            lastLoginBefore == nil && !neverLoggedIn
            || (user.lastLogin.map { time in lastLoginBefore.map { time < $0 } ?? false } ?? neverLoggedIn)
        return isFound && isDue && name.map { user.username.hasSameBytes(as: $0) } ?? true
            && isActive.map { user.isActive == $0 } ?? true && isStaff.map { user.isStaff == $0 } ?? true
            && isSuperuser.map { user.isSuperuser == $0 } ?? true
            && group.map { tables.members[$0]?.contains(user.id) ?? false } ?? true
    }
}

extension SessionQuery {
    fileprivate func matches(_ row: MemoryStorage.Tables.Started, at now: Timestamp) -> Bool {
        row.value.purgeAfter > now && user.map { row.value.userID == $0 } ?? true
            && address.map { row.value.origin.address == $0 } ?? true
            && startedBefore.map { row.value.startedAt < $0 } ?? true
            && startedAfter.map { row.value.startedAt >= $0 } ?? true
    }
}
