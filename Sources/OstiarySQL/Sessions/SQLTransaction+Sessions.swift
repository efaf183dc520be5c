// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLConnection {
    /// The outcome of an earlier run of an opening; nil if that was not committed.
    func trace(of session: NewSession) throws -> SessionOpening? {
        let query: SQLQuery = """
            SELECT EXISTS (SELECT 1 FROM ostiary_password_mark WHERE user_id = \(session.user))
            FROM ostiary_session WHERE id = \(session.id.bytes)
            """
        guard let row = try run(query).first else { return nil }
        return .opened(
            OpenedSession(
                isPasswordChangeRequired: try row.bool(0),
                groups: try groupNames(of: session.user, if: session.namesGroups)))
    }

    /// The outcome of an earlier run of a rotation, found by its successor; nil if that was not committed.
    func trace(of rotation: Rotation) throws -> RotationOutcome? {
        let rows = try run(
            """
            SELECT s.user_id, s.id, s.started_at, \(raw: AuthenticationRow.columns)
            FROM ostiary_refresh_token t JOIN ostiary_session s ON s.id = t.session_id
            WHERE t.digest = \(rotation.successor.bytes)
            """
        )
        return try rows.first.map { row in
            let expiry = rotation.request.lifetimes.expiry(sessionStartedAt: try row.timestamp(2), now: rotation.now)
            let user = try row.integer(0)
            let session = AuthenticatedSession(
                id: try row.sessionID(1), user: user,
                authentication: try AuthenticationRow.authentication(row, from: 3),
                groups: try groupNames(of: user, if: rotation.namesGroups))
            return .rotated(session, expiry)
        }
    }
}

extension SQLTransaction {
    /// Inserts a session with its first refresh token, and ends the oldest sessions beyond the limit.
    func insert(_ session: NewSession, in context: RequestContext) throws {
        let now = context.now
        let authenticated = AuthenticatedSession(
            id: session.id, user: session.user, authentication: session.authentication)
        try insertRow(of: authenticated, expiry: session.expiry, in: context)
        try insert(
            session.refreshToken, session: session.id, parentKey: nil, issuedAt: now, expiry: session.expiry,
            legacyID: share(
                session.sharedToken, of: session.user, issuedAt: now, expiresAt: session.expiry.refreshToken)
        )
        if let network = session.network { try note(network, of: session.user, at: now) }
        if let limit = session.limit {
            try endOldest(of: session.user, beside: session.id, keeping: limit, in: context)
        }
    }

    /// Inserts a session without a token.
    func insertRow(of session: AuthenticatedSession, expiry: TokenExpiry, in context: RequestContext) throws {
        let (now, origin) = (context.now, context.origin)
        try execute(
            """
            INSERT INTO ostiary_session
                (id, user_id, started_at, last_used_at, purge_after, address, user_agent, authenticated_at, amr, acr,
                access_expires_at)
            VALUES (\(session.id.bytes), \(session.user), \(now.microseconds), \(now.microseconds),
                \(expiry.last.microseconds), \(origin.address?.description), \(origin.userAgent),
                \(session.authentication.at.microseconds),
                \(AuthenticationRow.text(of: session.authentication.methods)), \(session.authentication.level),
                \(expiry.accessToken.microseconds))
            """
        )
    }

    /// Ends the sessions of a user that were used longest ago, beyond the limit.
    private func endOldest(of user: User.ID, beside new: SessionID, keeping limit: Int, in context: RequestContext)
        throws
    {
        let now = context.now
        let ended = try run(
            """
            UPDATE ostiary_session SET ended_at = \(now.microseconds) WHERE id IN (
                SELECT id FROM ostiary_session
                WHERE user_id = \(user) AND ended_at IS NULL AND purge_after > \(now.microseconds)
                    AND id <> \(new.bytes)
                ORDER BY last_used_at DESC, id LIMIT \(Int64.max) OFFSET \(Int64(max(limit - 1, 0))))
            RETURNING id
            """
        )
        guard !ended.isEmpty else { return }
        for row in ended { try forgetShared(where: "session_id = \(row.sessionID(0).bytes)") }
        try revokeSessions(where: "user_id = \(user)", at: now)
        try record(
            AuditEntry(
                .sessionsEnded, of: user, session: new, cause: "session_limit",
                changes: [.sessions(ended: ended.count, left: limit)], in: context))
        try announceEnds(ended, at: now)
    }

    func insert(
        _ token: RefreshTokenDigest, session: SessionID, parentKey: IdempotencyKeyDigest?, issuedAt: Timestamp,
        expiry: TokenExpiry, legacyID: Int64? = nil
    ) throws {
        // A token is kept as long as the access token beside it, so that a logout by it can end that one.
        try execute(
            """
            INSERT INTO ostiary_refresh_token (digest, session_id, parent_key, issued_at, expires_at, purge_after)
            VALUES (\(token.bytes), \(session.bytes), \(parentKey?.bytes), \(issuedAt.microseconds),
                \(expiry.refreshToken.microseconds), \(expiry.last.microseconds))
            """
        )
        if let legacyID {
            try execute("UPDATE ostiary_refresh_token SET legacy_id = \(legacyID) WHERE digest = \(token.bytes)")
        }
    }

    /// Inserts a presented token that nobody has known here, as spent.
    func insertSpent(_ rotation: Rotation, session: SessionID, expiry: TokenExpiry) throws {
        let now = rotation.now
        try execute(
            """
            INSERT INTO ostiary_refresh_token (
                digest, session_id, issued_at, expires_at, spent_at, spent_key, access_expires_at, successor,
                sealed_successor, purge_after)
            VALUES (\(rotation.presented.bytes), \(session.bytes), \(now.microseconds),
                \(expiry.refreshToken.microseconds), \(now.microseconds), \(rotation.request.key?.bytes),
                \(expiry.accessToken.microseconds), \(rotation.successor.bytes),
                \(rotation.seal(session).bytes), \(expiry.last.microseconds))
            """)
    }

    /// Spends the presented token and inserts its successor. The session's row is updated first.
    func spend(_ rotation: Rotation, session: SessionID, of user: User.ID, expiry: TokenExpiry) throws {
        let (last, access) = (expiry.last.microseconds, expiry.accessToken.microseconds)
        let touched = try execute(
            """
            UPDATE ostiary_session SET last_used_at = \(rotation.now.microseconds),
                purge_after = CASE WHEN purge_after < \(last) THEN \(last) ELSE purge_after END,
                access_expires_at = CASE WHEN access_expires_at > \(access) THEN access_expires_at ELSE \(access) END
            WHERE id = \(session.bytes) AND ended_at IS NULL
            """
        )
        // A spent token is kept until its successor expires, so that a replay is detected until then.
        let spent = try execute(
            """
            UPDATE ostiary_refresh_token
            SET spent_at = \(rotation.now.microseconds), spent_key = \(rotation.request.key?.bytes),
                access_expires_at = \(expiry.accessToken.microseconds), successor = \(rotation.successor.bytes),
                sealed_successor = \(rotation.seal(session).bytes), purge_after = \(last), legacy_id = NULL
            WHERE digest = \(rotation.presented.bytes) AND spent_at IS NULL
            """
        )
        guard touched == 1, spent == 1 else {
            throw StoreUnavailable(reason: "a refresh token changed inside its own transaction")
        }
        try insert(
            rotation.successor, session: session, parentKey: rotation.request.key, issuedAt: rotation.now,
            expiry: expiry,
            legacyID: share(
                rotation.legacy?.successor, of: user, issuedAt: rotation.now, expiresAt: expiry.refreshToken)
        )
    }

    /// Notes an access token that a repeated refresh has issued: the row of its session is kept until the token expires,
    /// and the end of the session is listed as long.
    func keep(_ session: SessionID, until end: Timestamp) throws {
        let last = end.microseconds
        try execute(
            """
            UPDATE ostiary_session SET
                purge_after = CASE WHEN purge_after < \(last) THEN \(last) ELSE purge_after END,
                access_expires_at = CASE WHEN access_expires_at > \(last) THEN access_expires_at ELSE \(last) END
            WHERE id = \(session.bytes)
                AND (purge_after < \(last) OR access_expires_at IS NULL OR access_expires_at < \(last))
            """
        )
    }

    /// Ends a session. If it has ended already, nothing is changed or announced.
    func end(_ session: SessionID, at now: Timestamp) throws {
        let ended = try execute(
            """
            UPDATE ostiary_session SET ended_at = \(now.microseconds)
            WHERE id = \(session.bytes) AND ended_at IS NULL
            """
        )
        guard ended == 1 else { return }
        try forgetShared(where: "session_id = \(session.bytes)")
        try revokeSessions(where: "id = \(session.bytes)", at: now)
        try announce(.sessionEnded(session), at: now)
    }

    private static let announcedOneByOne = 100

    /// Ends the sessions of a user, and the access tokens without session that were issued before.
    /// - Parameter kept: a session to leave open; nil ends all.
    /// - Returns: the number of ended sessions that were live; others had expired.
    @discardableResult
    func endSessions(of user: User.ID, but kept: SessionID? = nil, at now: Timestamp) throws -> Int {
        try execute(
            """
            INSERT INTO ostiary_token_cutoff (user_id, issued_before) VALUES (\(user), \(now.microseconds))
            ON CONFLICT (user_id) DO UPDATE SET issued_before = excluded.issued_before
                WHERE ostiary_token_cutoff.issued_before < excluded.issued_before
            """
        )
        try announce(.user(user), at: now)
        // `id <> x''` is always true, so `nil` ends all sessions.
        let ended = try run(
            """
            UPDATE ostiary_session SET ended_at = \(now.microseconds)
            WHERE user_id = \(user) AND ended_at IS NULL AND id <> \(kept?.bytes ?? [])
            RETURNING id, purge_after > \(now.microseconds)
            """
        )
        // After the wait for a refresh under way, whose new token would not be seen before.
        try forgetAllShared(of: user, but: kept)
        try revokeSessions(where: "user_id = \(user)", at: now)
        try announceEnds(ended, at: now)
        return try ended.count { try $0.bool(1) }
    }

    private func announceEnds(_ rows: [SQLRow], at now: Timestamp) throws {
        // Thousands of announcements would exceed the deadline of a call, and an attacker could open that many
        // sessions.
        guard rows.count <= Self.announcedOneByOne else { return try announce(.everything, at: now) }
        for row in rows { try announce(.sessionEnded(try row.sessionID(0)), at: now) }
    }
}
