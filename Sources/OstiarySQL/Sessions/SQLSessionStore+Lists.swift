// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLSessionStore {
    package func status(of token: RefreshTokenDigest, in context: RequestContext) async throws -> RefreshTokenStatus? {
        let query: SQLQuery = """
            SELECT \(raw: UserRow.joinedColumns), s.id, s.started_at, s.ended_at IS NULL, t.issued_at, t.expires_at,
                t.spent_at IS NOT NULL, t.legacy_id, \(raw: AuthenticationRow.columns)
            FROM ostiary_refresh_token t
            JOIN ostiary_session s ON s.id = t.session_id
            JOIN \(table: .users) u ON u.id = s.user_id
            WHERE t.digest = \(token.bytes)
            """
        let shared = database.adopted?.adoption.refreshTokens?.table
        return try await database.fetch(in: context) { connection in
            guard let row = try connection.run(query).first else { return nil }
            let user = try UserRow.user(row)
            let first = UserRow.count
            var status = RefreshTokenStatus(
                session: AuthenticatedSession(
                    id: try row.sessionID(first), user: user.id,
                    authentication: try AuthenticationRow.authentication(row, from: first + 7)),
                user: user, startedAt: try row.timestamp(first + 1), isSessionLive: try row.bool(first + 2),
                issuedAt: try row.timestamp(first + 3), expiresAt: try row.timestamp(first + 4),
                isSpent: try row.bool(first + 5))
            // A row that is gone there was spent by the Django service.
            if let shared, let id = try row.optionalInteger(first + 6) {
                status.isSpent = try connection.run("SELECT 1 FROM \(name: shared) WHERE id = \(id)").isEmpty
            }
            return status
        }
    }

    package func sessions(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession> {
        guard !query.isMisplaced else { return .empty }
        let scan = query.scan(at: context.now, database.dialect)
        let found = try await database.fetch(in: context) { connection in
            try connection.fill([scan], query.limits, row: ListedSession.init) { row, first in
                guard let id = try SessionID(hexadecimal: row.text(first + 1)) else {
                    throw SQLError(.decoding, detail: "the last key is not a session id")
                }
                return SessionQuery.Position(startedAt: try row.timestamp(first), id: id)
            }
        }
        let last = found.rows.last.map { SessionQuery.Position(startedAt: $0.record.startedAt, id: $0.record.id) }
        let next = found.isMore ? last : found.cut
        return ListPage(
            items: found.rows, next: next.map(query.cursor(behind:)), isCutShort: found.isCutShort(of: query.limits))
    }
}

extension SessionQuery {
    /// The index that the query asks for, in the order of the start.
    fileprivate func scan(at now: Timestamp, _ dialect: SQLDialect) -> ListScan {
        let subject: SQLQuery =
            if let user {
                "\(raw: dialect.using(.sessionUser)) WHERE s.user_id = \(user)"
            } else if let address {
                "\(raw: dialect.using(.sessionAddress)) WHERE s.ended_at IS NULL AND s.address = \(address.description)"
            } else {
                "\(raw: dialect.using(.sessionStarted)) WHERE s.ended_at IS NULL"
            }
        // No id is before the one without bytes, so a moment with it excludes every session of that moment.
        var (time, id) = (startedBefore?.microseconds ?? .max, [UInt8]())
        if let position, position.startedAt.microseconds < time {
            (time, id) = (position.startedAt.microseconds, position.id.bytes)
        }
        return ListScan(
            columns: """
                s.id, s.started_at, s.last_used_at, s.address, s.user_agent, s.user_id, s.authenticated_at, s.amr, s.acr,
                s.ended_at, s.purge_after
                """,
            keys: "s.started_at, s.id",
            source: """
                FROM ostiary_session s\(subject) AND (s.started_at, s.id) < (\(time), \(id))
                AND s.started_at >= \(startedAfter?.microseconds ?? .min) ORDER BY s.started_at DESC, s.id DESC
                """,
            result: """
                r.id, r.started_at, r.last_used_at, r.address, r.user_agent, r.user_id,
                (SELECT u.email FROM \(table: .users) u WHERE u.id = r.user_id),
                COALESCE(r.authenticated_at, r.started_at), r.amr, r.acr
                """,
            padding: "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            filter: """
                r.ended_at IS NULL AND r.purge_after > \(now.microseconds)
                AND (\(address?.description) IS NULL OR r.address = \(address?.description))
                """,
            last: .pair("min(k.started_at)", dialect.leastSessionOfFirst), isScattered: true)
    }
}

extension ListedSession {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            record: SessionRecord(
                id: try row.sessionID(0), startedAt: try row.timestamp(1), lastUsedAt: try row.timestamp(2),
                origin: ClientOrigin(
                    address: try row.optionalText(3).flatMap(IPAddress.init), userAgent: try row.optionalText(4))),
            user: try row.integer(5), email: try row.text(6),
            authentication: try AuthenticationRow.authentication(row, from: 7))
    }
}

extension SQLDialect {
    /// The least id of the rows `k` that started at `m.first`, as hexadecimal digits: PostgreSQL has no least of bytes.
    fileprivate var leastSessionOfFirst: StaticString {
        switch self {
        case .sqlite: "min(CASE WHEN k.started_at = m.first THEN hex(k.id) END)"
        case .postgres:
            """
            min(CASE WHEN k.started_at = m.first THEN pg_catalog.encode(k.id, 'hex') COLLATE "C" END)
            """
        }
    }
}

extension SessionID {
    /// - Parameter text: 32 hexadecimal digits.
    fileprivate init?(hexadecimal text: String) { self.init(text) }
}
