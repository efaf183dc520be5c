// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SessionStore {
    public func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening {
        transaction { tables in
            guard tables.use(session.proof, of: session.user, in: context),
                var account = tables.accounts[session.user], account.user.isActive
            else { return .userChanged }
            account.user.lastLogin = context.now
            tables.put(account, id: session.user)
            tables.open(session, in: context)
            tables.enqueue(session.notice, of: session.user, at: context.now)
            tables.record(AuditEntry(.loggedIn, of: session.user, session: session.id, in: context))
            return .opened(
                OpenedSession(
                    isPasswordChangeRequired: tables.marks.contains(session.user),
                    groups: tables.groupNames(of: session.user, if: session.namesGroups)))
        }
    }

    public func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        transaction { tables in
            var records = tables.usable(of: user, at: context.now)
            if let last {
                guard let before = tables.sessions[last], before.userID == user else { return [] }
                let record = SessionRecord(last, before)
                records.removeAll { !record.isListed(before: $0) }
            }
            return Array(records.prefix(limit))
        }
    }

    public func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            guard let stored = tables.sessions[session], stored.userID == user, stored.endedAt == nil else {
                return false
            }
            tables.end(session, at: context.now)
            tables.record(AuditEntry(.loggedOut, of: user, session: session, in: context))
            return true
        }
    }

    public func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int {
        transaction { tables in
            let count = tables.endSessions(of: user, but: kept, at: context.now)
            tables.record(
                AuditEntry(
                    .sessionsEnded, of: user, session: kept,
                    changes: [.sessions(ended: count, left: kept == nil ? 0 : 1)], in: context))
            return count
        }
    }

    public func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome {
        transaction { tables in
            guard let token = tables.tokens[rotation.presented], let session = tables.sessions[token.session],
                let account = tables.accounts[session.userID]
            else { return .refused }
            let presented = RefreshRule.Presented(
                spending: token.spent.map { tables.spending($0) }, expiresAt: token.expiresAt,
                parentKey: token.parentKey, sessionStartedAt: session.startedAt, sessionEndedAt: session.endedAt,
                isUserActive: account.user.isActive
            )
            let authenticated = AuthenticatedSession(
                id: token.session, user: session.userID, authentication: session.authentication,
                groups: tables.groupNames(of: session.userID, if: rotation.namesGroups))
            switch RefreshRule.judge(presented, rotation.request) {
            case .refuse: return .refused
            case .reusedKey: return .reusedKey
            case .throttle: return .throttled
            case .repeat(let accessExpiresAt):
                guard let spent = token.spent else { return .refused }
                tables.sessions[token.session]?.purgeAfter = max(session.purgeAfter, accessExpiresAt)
                tables.record(
                    AuditEntry(.refreshRepeated, of: session.userID, session: token.session, in: context))
                return .repeated(
                    Repetition(
                        session: authenticated, successor: spent.successor,
                        sealed: spent.sealed, accessExpiresAt: accessExpiresAt
                    )
                )
            case .replay:
                tables.end(token.session, at: rotation.now)
                tables.record(
                    AuditEntry(.refreshTokenReplayed, of: session.userID, session: token.session, in: context))
                tables.enqueue(rotation.notice?() ?? nil, of: session.userID, at: context.now)
                return .replayed(session.userID, token.session)
            case .rotate(let expiry):
                tables.tokens[rotation.presented]?.spent = SpentToken(
                    at: rotation.now, key: rotation.request.key, accessExpiresAt: expiry.accessToken,
                    successor: rotation.successor, sealed: rotation.seal(token.session)
                )
                tables.tokens[rotation.presented]?.purgeAfter = expiry.last
                tables.tokens[rotation.successor] = StoredToken(
                    session: token.session, issuedAt: rotation.now, expiresAt: expiry.refreshToken,
                    parentKey: rotation.request.key, purgeAfter: expiry.last
                )
                tables.sessions[token.session]?.purgeAfter = max(session.purgeAfter, expiry.last)
                tables.sessions[token.session]?.lastUsedAt = rotation.now
                return .rotated(authenticated, expiry)
            }
        }
    }

    public func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? {
        transaction { $0.tokens[token]?.session }
    }

    public func status(of token: RefreshTokenDigest, in context: RequestContext) async throws -> RefreshTokenStatus? {
        transaction { tables in
            guard let stored = tables.tokens[token], let session = tables.sessions[stored.session],
                let account = tables.accounts[session.userID]
            else { return nil }
            return RefreshTokenStatus(
                session: AuthenticatedSession(
                    id: stored.session, user: session.userID, authentication: session.authentication),
                user: account.user, startedAt: session.startedAt, isSessionLive: session.endedAt == nil,
                issuedAt: stored.issuedAt, expiresAt: stored.expiresAt, isSpent: stored.spent != nil)
        }
    }

    public func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding {
        transaction { tables in
            guard let stored = tables.tokens[token], let session = tables.sessions[stored.session],
                session.endedAt == nil
            else { return .unknown }
            tables.end(stored.session, at: context.now)
            tables.record(AuditEntry(.loggedOut, of: session.userID, session: stored.session, in: context))
            return stored.spent == nil ? .ended(stored.session) : .endedBySpentToken(stored.session)
        }
    }

    public func countLive(
        startedBy moment: Timestamp, limit: Int, in context: RequestContext
    ) async throws -> BoundedCount {
        transaction { tables in
            let found = tables.sessions.values.filter { $0.endedAt == nil && $0.startedAt <= moment }
                .sorted { $0.startedAt > $1.startedAt }.prefix(limit * 2)
            let live = found.count { $0.purgeAfter > context.now }
            return BoundedCount(count: min(live, limit), isMore: found.count == limit * 2 || live > limit)
        }
    }

    public func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus?
    {
        transaction { tables in
            guard let account = tables.accounts[user] else { return nil }
            guard let session else {
                return SessionStatus(user: account.user, isSessionLive: true, cutoff: tables.cutoffs[user])
            }
            guard let stored = tables.sessions[session], stored.userID == user else { return nil }
            return SessionStatus(
                user: account.user, isSessionLive: stored.endedAt == nil, lastUsedAt: stored.lastUsedAt
            )
        }
    }

    public func recordActivity(_ uses: [SessionActivity]) async throws {
        transaction { tables in
            for use in uses {
                guard let session = tables.sessions[use.session], session.endedAt == nil else { continue }
                tables.sessions[use.session]?.lastUsedAt = max(session.lastUsedAt, use.at)
            }
        }
    }

    public func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        transaction { tables in
            let tokens = tables.tokens.filter { $0.value.purgeAfter < now }.keys.prefix(limit)
            for token in tokens { tables.tokens[token] = nil }
            let sessions = tables.sessions.filter { $0.value.purgeAfter < now }.keys.prefix(limit)
            for session in sessions { tables.sessions[session] = nil }
            tables.tokens = tables.tokens.filter { tables.sessions[$0.value.session] != nil }
            return tokens.count + sessions.count + tables.deleteNetworks(at: now, limit: limit)
        }
    }
}

extension MemoryStorage.Tables {
    mutating func open(_ session: NewSession, in context: RequestContext) {
        sessions[session.id] = MemoryStorage.StoredSession(
            userID: session.user, authentication: session.authentication, startedAt: context.now,
            lastUsedAt: context.now, origin: context.origin,
            purgeAfter: session.expiry.last
        )
        tokens[session.refreshToken] = MemoryStorage.StoredToken(
            session: session.id, issuedAt: context.now, expiresAt: session.expiry.refreshToken,
            purgeAfter: session.expiry.last
        )
        if let network = session.network {
            networks[session.user, default: [:]].merge([network: context.now]) { max($0, $1) }
        }
        guard let limit = session.limit else { return }
        let others = usable(of: session.user, at: context.now).filter { $0.id != session.id }
        let ended = others.dropFirst(max(limit - 1, 0))
        guard !ended.isEmpty else { return }
        for old in ended { end(old.id, at: context.now) }
        record(
            AuditEntry(
                .sessionsEnded, of: session.user, session: session.id, cause: "session_limit",
                changes: [.sessions(ended: ended.count, left: limit)], in: context))
    }

    /// The live sessions of a user, the one used last first.
    fileprivate func usable(of user: User.ID, at now: Timestamp) -> [SessionRecord] {
        sessions.filter { $0.value.userID == user && $0.value.endedAt == nil && $0.value.purgeAfter > now }
            .map { SessionRecord($0.key, $0.value) }.sorted { $0.isListed(before: $1) }
    }

    fileprivate mutating func deleteNetworks(at now: Timestamp, limit: Int) -> Int {
        let all = networks.flatMap { user, known in known.map { (user: user, network: $0.key, at: $0.value) } }
        let old = all.filter { $0.at < KnownNetwork.horizon(at: now) }.prefix(limit)
        for entry in old { networks[entry.user]?[entry.network] = nil }
        return old.count
    }

    fileprivate func spending(_ spent: MemoryStorage.SpentToken) -> RefreshRule.Spending {
        RefreshRule.Spending(
            at: spent.at, key: spent.key, accessExpiresAt: spent.accessExpiresAt,
            successor: tokens[spent.successor].map {
                RefreshRule.Successor(isSpent: $0.spent != nil, expiresAt: $0.expiresAt)
            }
        )
    }
}

extension SessionRecord {
    fileprivate init(_ id: SessionID, _ stored: MemoryStorage.StoredSession) {
        self.init(id: id, startedAt: stored.startedAt, lastUsedAt: stored.lastUsedAt, origin: stored.origin)
    }

    fileprivate func isListed(before other: SessionRecord) -> Bool {
        lastUsedAt == other.lastUsedAt
            ? id.bytes.lexicographicallyPrecedes(other.id.bytes) : lastUsedAt > other.lastUsedAt
    }
}
