// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: PasswordStore {
    public func replacePassword(id: User.ID, current: String, with encoded: String, in context: RequestContext)
        async throws -> Bool
    {
        transaction { tables in
            guard var account = tables.accounts[id], account.encodedPassword == current else { return false }
            account.encodedPassword = encoded
            tables.put(account, id: id)
            return true
        }
    }

    public func resetPassword(
        id: User.ID, to encoded: String, mustChange: Bool, notice: MailNotice?, in context: RequestContext
    ) async throws -> Bool {
        try attempt { tables in
            guard var account = tables.accounts[id], let rights = tables.rights(of: id) else { return false }
            try tables.require(.changeUser, over: id, from: rights, to: rights, by: tables.authority(in: context))
            if mustChange { tables.marks.insert(id) } else { tables.marks.remove(id) }
            account.encodedPassword = encoded
            tables.put(account, id: id)
            tables.endSessions(of: id, at: context.now)
            tables.networks[id] = nil
            tables.record(AuditEntry(.passwordReset, of: id, in: context))
            tables.forgetLinks(of: id, keepingUndo: true)
            tables.enqueue(notice, of: id, at: context.now)
            return true
        }
    }

    public func changePassword(to encoded: String, opening session: NewSession, in context: RequestContext) async throws
        -> SessionOpening
    {
        transaction { tables in
            guard var account = tables.accounts[session.user], account.user.isActive,
                tables.holds(session.proof, for: session.user)
            else { return .userChanged }
            account.encodedPassword = encoded
            tables.put(account, id: session.user)
            tables.endSessions(of: session.user, at: context.now)
            tables.networks[session.user] = nil
            tables.marks.remove(session.user)
            tables.open(session, in: context)
            tables.record(AuditEntry(.passwordChanged, of: session.user, session: session.id, in: context))
            tables.forgetLinks(of: session.user, keepingUndo: true)
            tables.enqueue(session.notice, of: session.user, at: context.now)
            return .opened(
                OpenedSession(groups: tables.groupNames(of: session.user, if: session.namesGroups)))
        }
    }
}

extension MemoryStorage.Tables {
    func holds(_ proof: AuthenticationProof, for user: User.ID) -> Bool {
        switch proof {
        case .password(let verified): accounts[user]?.encodedPassword == verified
        case .link, .code: false
        }
    }
}
