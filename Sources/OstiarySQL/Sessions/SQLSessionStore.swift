// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Sessions and the digests of their refresh tokens.
package struct SQLSessionStore: SessionStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        // The condition of the update decides whether the proof holds, without an earlier read.
        let holds: SQLQuery =
            switch session.proof {
            case .password(let verified): " AND password = \(verified)"
            // These are used up before.
            case .link, .code: ""
            }
        let login: SQLQuery = """
            UPDATE \(table: .users) SET last_login = \(moment: context.now)
            WHERE id = \(session.user) AND is_active\(holds)
            RETURNING EXISTS (SELECT 1 FROM ostiary_password_mark WHERE user_id = \(session.user))
            """
        return try await database.commit(in: context) { transaction in
            guard try transaction.use(session.proof, of: session.user, in: context),
                let row = try transaction.run(login).first
            else { return .userChanged }
            try transaction.insert(session, in: context)
            try transaction.enqueue(session.notice, of: session.user, at: context.now)
            try transaction.record(AuditEntry(.loggedIn, of: session.user, session: session.id, in: context))
            let groups = try transaction.groupNames(of: session.user, if: session.namesGroups)
            return .opened(OpenedSession(isPasswordChangeRequired: try row.bool(0), groups: groups))
        } trace: { connection in
            try connection.trace(of: session)
        }
    }

    package func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        // Without `last` the list begins with the first session; after a session of another user it is empty.
        let query: SQLQuery = """
            SELECT s.id, s.started_at, s.last_used_at, s.address, s.user_agent FROM ostiary_session s
            LEFT JOIN ostiary_session l ON l.id = \(last?.bytes ?? []) AND l.user_id = s.user_id
            WHERE s.user_id = \(user) AND s.ended_at IS NULL AND s.purge_after > \(context.now.microseconds)
                AND (\(last == nil) OR s.last_used_at < l.last_used_at
                    OR s.last_used_at = l.last_used_at AND s.id > l.id)
            ORDER BY s.last_used_at DESC, s.id LIMIT \(Int64(limit))
            """
        return try await database.fetch(in: context) { connection in
            try connection.run(query).map { row in
                SessionRecord(
                    id: try row.sessionID(0), startedAt: try row.timestamp(1), lastUsedAt: try row.timestamp(2),
                    origin: ClientOrigin(
                        address: try row.optionalText(3).flatMap(IPAddress.init), userAgent: try row.optionalText(4)
                    )
                )
            }
        }
    }

    package func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        let ending: SQLQuery = """
            UPDATE ostiary_session SET ended_at = \(context.now.microseconds)
            WHERE id = \(session.bytes) AND user_id = \(user) AND ended_at IS NULL
            """
        return try await database.commit(in: context) { transaction in
            guard try transaction.execute(ending) == 1 else { return false }
            try transaction.forgetShared(where: "session_id = \(session.bytes)")
            try transaction.revokeSessions(where: "id = \(session.bytes)", at: context.now)
            try transaction.record(AuditEntry(.loggedOut, of: user, session: session, in: context))
            try transaction.announce(.sessionEnded(session), at: context.now)
            return true
        }
    }

    package func end(_ sessions: [SessionID], in context: RequestContext) async throws -> ActionCounts {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            return try transaction.counting(sessions) { session in
                let lookup: SQLQuery = """
                    SELECT user_id FROM ostiary_session WHERE id = \(session.bytes) AND ended_at IS NULL
                    """
                guard let user = try transaction.run(lookup).first?.integer(0),
                    let rights = try transaction.rights(of: user)
                else { return false }
                try transaction.require(
                    .deleteSession, over: user, from: rights, to: rights, by: transaction.authority(in: context))
                try transaction.end(session, at: context.now)
                try transaction.record(AuditEntry(.loggedOut, of: user, session: session, in: context))
                return true
            }
        }
    }

    package func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int {
        try await database.commit(in: context) { transaction in
            let count = try transaction.endSessions(of: user, but: kept, at: context.now)
            try transaction.record(
                AuditEntry(
                    .sessionsEnded, of: user, session: kept,
                    changes: [.sessions(ended: count, left: kept == nil ? 0 : 1)], in: context))
            return count
        }
    }

    package func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        let lookup: SQLQuery = """
            SELECT s.id, s.user_id, \(raw: AuthenticationRow.columns), \(raw: PresentedRow.columns), t.legacy_id
            FROM ostiary_refresh_token t
            JOIN ostiary_session s ON s.id = t.session_id
            JOIN \(table: .users) u ON u.id = s.user_id
            WHERE t.digest = \(rotation.presented.bytes)\(raw: database.dialect.lockingSessionAndToken)
            """
        if database.readsAhead { await database.readAhead(of: rotation, after: lookup) }
        return try await database.commit(in: context) { transaction in
            var found = try transaction.run(lookup).first
            if found == nil, let legacy = rotation.legacy {
                if let taken = try transaction.take(legacy, for: rotation, in: context) { return taken }
                // Another request may have taken it meanwhile, for whose transaction this one has waited.
                found = try transaction.run(lookup).first
            }
            guard let row = found else { return .refused }
            let session = try row.sessionID(0)
            let user = try row.integer(1)
            var authenticated = AuthenticatedSession(
                id: session, user: user, authentication: try AuthenticationRow.authentication(row, from: 2))
            let presented = try PresentedRow(row, from: 2 + AuthenticationRow.count, successors: transaction)
            let verdict = RefreshRule.judge(presented.token, rotation.request)
            let legacyID = try row.optionalInteger(2 + AuthenticationRow.count + PresentedRow.count)
            switch verdict {
            case .refuse: return .refused
            case .reusedKey: return .reusedKey
            case .throttle: return .throttled
            case .repeat(let accessExpiresAt):
                guard let (successor, sealed) = presented.successor else { return .refused }
                authenticated.groups = try transaction.groupNames(of: user, if: rotation.namesGroups)
                try transaction.keep(session, until: accessExpiresAt)
                try transaction.record(AuditEntry(.refreshRepeated, of: user, session: session, in: context))
                return .repeated(
                    Repetition(
                        session: authenticated, successor: successor, sealed: sealed, accessExpiresAt: accessExpiresAt
                    )
                )
            case .rotate(let expiry) where try transaction.spendShared(legacyID):
                authenticated.groups = try transaction.groupNames(of: user, if: rotation.namesGroups)
                try transaction.spend(rotation, session: session, of: user, expiry: expiry)
                return .rotated(authenticated, expiry)
            case .replay, .rotate:
                try transaction.end(session, at: rotation.now)
                try transaction.record(AuditEntry(.refreshTokenReplayed, of: user, session: session, in: context))
                try transaction.enqueue(rotation.notice?() ?? nil, of: user, at: context.now)
                return .replayed(user, session)
            }
        } trace: { connection in
            try connection.trace(of: rotation)
        }
    }

    package func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        let query: SQLQuery = "SELECT session_id FROM ostiary_refresh_token WHERE digest = \(token.bytes)"
        return try await database.fetch(in: context) { try $0.run(query).first.map { try $0.sessionID(0) } }
    }

    package func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding {
        let lookup: SQLQuery = """
            SELECT s.id, t.spent_at IS NOT NULL, s.user_id
            FROM ostiary_refresh_token t JOIN ostiary_session s ON s.id = t.session_id
            WHERE t.digest = \(token.bytes) AND s.ended_at IS NULL\(raw: database.dialect.lockingSessionAndToken)
            """
        return try await database.commit(in: context) { transaction in
            guard let row = try transaction.run(lookup).first else { return .unknown }
            let session = try row.sessionID(0)
            try transaction.end(session, at: context.now)
            try transaction.record(AuditEntry(.loggedOut, of: try row.integer(2), session: session, in: context))
            return try row.bool(1) ? .endedBySpentToken(session) : .ended(session)
        } trace: { connection in
            // A call that ended the session at the same microsecond had the same effect.
            let trace: SQLQuery = """
                SELECT s.id, t.spent_at IS NOT NULL
                FROM ostiary_refresh_token t JOIN ostiary_session s ON s.id = t.session_id
                WHERE t.digest = \(token.bytes) AND s.ended_at = \(context.now.microseconds)
                """
            return try connection.run(trace).first.map { row in
                try row.bool(1) ? .endedBySpentToken(row.sessionID(0)) : .ended(row.sessionID(0))
            }
        }
    }

    package func end(legacyToken: RefreshToken, in context: RequestContext) async throws -> Bool {
        guard database.adopted?.adoption.refreshTokens != nil else { return false }
        return try await database.commit(in: context) { try $0.end(legacyToken, in: context) }
    }

    package func countLive(
        startedBy moment: Timestamp, limit: Int, in context: RequestContext
    ) async throws -> BoundedCount {
        let looks = Int64(limit) * 2
        let query: SQLQuery = """
            SELECT COUNT(*), COUNT(*) FILTER (WHERE purge_after > \(context.now.microseconds)) FROM (
                SELECT purge_after FROM ostiary_session
                WHERE ended_at IS NULL AND started_at <= \(moment.microseconds)
                ORDER BY started_at DESC LIMIT \(looks)
            ) s
            """
        return try await database.fetch(in: context) { connection in
            let row = try connection.run(query).single()
            let live = Int(clamping: try row.integer(1))
            return BoundedCount(count: min(live, limit), isMore: try row.integer(0) == looks || live > limit)
        }
    }

    package func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus?
    {
        let query: SQLQuery =
            if let session {
                """
                SELECT \(raw: UserRow.joinedColumns), s.ended_at IS NULL, s.last_used_at, NULL
                FROM \(table: .users) u JOIN ostiary_session s ON s.user_id = u.id
                WHERE u.id = \(user) AND s.id = \(session.bytes)
                """
            } else {
                """
                SELECT \(raw: UserRow.joinedColumns), 1, NULL, c.issued_before
                FROM \(table: .users) u LEFT JOIN ostiary_token_cutoff c ON c.user_id = u.id WHERE u.id = \(user)
                """
            }
        return try await database.fetch(in: context) { connection in
            try connection.run(query).first.map { row in
                SessionStatus(
                    user: try UserRow.user(row), isSessionLive: try row.bool(UserRow.count),
                    lastUsedAt: try row.optionalTimestamp(UserRow.count + 1),
                    cutoff: try row.optionalTimestamp(UserRow.count + 2)
                )
            }
        }
    }

    package func recordActivity(_ uses: [SessionActivity]) async throws {
        let skipping = database.dialect.skippingLocked
        try await database.commit { transaction in
            for use in uses {
                // A locked row is left out: waiting for it while holding others could be a deadlock.
                try transaction.execute(
                    """
                    UPDATE ostiary_session SET last_used_at = \(use.at.microseconds) WHERE id = (
                        SELECT id FROM ostiary_session
                        WHERE id = \(use.session.bytes) AND ended_at IS NULL
                            AND last_used_at < \(use.at.microseconds)\(raw: skipping))
                    """
                )
            }
        }
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        let skipping = database.dialect.skippingLocked
        return try await database.commit { transaction in
            let expired: SQLQuery = """
                digest IN (
                    SELECT digest FROM ostiary_refresh_token
                    WHERE purge_after < \(now.microseconds) LIMIT \(Int64(limit))\(raw: skipping))
                """
            try transaction.forgetShared(where: expired)
            let tokens = try transaction.execute("DELETE FROM ostiary_refresh_token WHERE \(expired)")
            let sessions = try transaction.execute(
                """
                DELETE FROM ostiary_session WHERE id IN (
                    SELECT id FROM ostiary_session
                    WHERE purge_after < \(now.microseconds) LIMIT \(Int64(limit))\(raw: skipping))
                """
            )
            return tokens + sessions
                + (try transaction.deleteNetworks(before: KnownNetwork.horizon(at: now), limit: limit))
                + (try transaction.deleteTickets(before: now, limit: limit))
        }
    }
}

extension SQLRow {
    /// A column of microseconds since 1970.
    func timestamp(_ column: Int) throws(SQLError) -> Timestamp {
        Timestamp(microseconds: try integer(column))
    }

    func optionalTimestamp(_ column: Int) throws(SQLError) -> Timestamp? {
        try optionalInteger(column).map(Timestamp.init(microseconds:))
    }

    func sessionID(_ column: Int) throws(SQLError) -> SessionID {
        guard let id = SessionID(bytes: try blob(column)) else {
            throw SQLError(.decoding, detail: "column \(column) is not a session id")
        }
        return id
    }
}
