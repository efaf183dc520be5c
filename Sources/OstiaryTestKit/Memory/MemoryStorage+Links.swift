// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: LinkStore {
    public func find(
        _ digests: [LinkPurpose: OneTimeDigest], in context: RequestContext
    ) async throws -> FoundLink? {
        transaction { tables in
            for (purpose, digest) in digests {
                if purpose == .registration {
                    guard let found = tables.pending[digest]?.registration, found.expiresAt > context.now else {
                        continue
                    }
                    return FoundLink(
                        purpose: purpose, user: nil, email: found.email.text, expiresAt: found.expiresAt)
                }
                guard let link = tables.live(purpose, at: context.now, where: { $0.link.digest == digest }) else {
                    continue
                }
                return FoundLink(
                    purpose: purpose, user: link.user, email: link.address, expiresAt: link.link.expiresAt)
            }
            return nil
        }
    }

    public func verify(_ digest: OneTimeDigest, in context: RequestContext) async throws -> LinkOutcome {
        transaction { tables in
            guard let link = tables.use(.verification, digest, at: context.now) else { return .invalid }
            return tables.verify(link.user, in: context)
        }
    }

    public func resetPassword(
        _ digest: OneTimeDigest, to encoded: String, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        transaction { tables in
            guard let link = tables.use(.reset, digest, at: context.now) else { return .invalid }
            tables.setPassword(encoded, of: link.user)
            tables.dispossess(link.user, keepingUndo: true, at: context.now)
            tables.marks.remove(link.user)
            tables.record(AuditEntry(.passwordReset, of: link.user, cause: "link", in: context))
            let outcome = tables.verify(link.user, in: context)
            tables.enqueue(notice, of: link.user, at: context.now)
            return outcome
        }
    }

    public func change(
        _ digest: OneTimeDigest, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        transaction { tables in
            guard let link = tables.live(.change, at: context.now, where: { $0.link.digest == digest }) else {
                return .invalid
            }
            let old = tables.accounts[link.user]?.user.email ?? ""
            guard let outcome = tables.move(link.user, to: link.address, cause: "link", in: context) else {
                return .emailTaken
            }
            tables.links[digest] = nil
            tables.endSessions(of: link.user, but: link.session, at: context.now)
            tables.forgetLinks(of: link.user, keepingUndo: true)
            tables.enqueue(notice, to: old, of: link.user, at: context.now)
            return outcome
        }
    }

    public func undo(
        _ digest: OneTimeDigest, reset: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        transaction { tables in
            guard let link = tables.live(.undo, at: context.now, where: { $0.link.digest == digest }) else {
                return .invalid
            }
            guard let outcome = tables.move(link.user, to: link.address, cause: "undo", in: context) else {
                return .emailTaken
            }
            tables.setPassword(Passwords.unusable(), of: link.user)
            tables.dispossess(link.user, keepingUndo: false, at: context.now)
            tables.enqueue(reset, to: link.address, of: link.user, at: context.now)
            return outcome
        }
    }

    public func tryCode(
        _ code: MailPreparation.Code, tries: Int, wrongTries: Int, in context: RequestContext
    ) async throws -> User.ID? {
        transaction { tables in
            guard
                let (digest, link) = tables.links.first(where: { $0.value.code?.token == code.token }),
                link.attempts < tries, link.link.expiresAt > context.now
            else { return nil }
            tables.links[digest]?.attempts += 1
            let subject = "code/\(link.user)"
            guard tables.take(subject, most: wrongTries, in: 86_400, at: context.now) else { return nil }
            guard link.code == code else { return nil }
            tables.mailBudgets[subject]?.count -= 1
            return link.user
        }
    }

    public func tryRegistration(
        _ digest: OneTimeDigest, tries: Int, in context: RequestContext
    ) async throws -> PendingRegistration? {
        transaction { tables in
            guard let found = tables.pending[digest], found.attempts < tries,
                found.registration.expiresAt > context.now
            else { return nil }
            tables.pending[digest]?.attempts += 1
            return found.registration
        }
    }

    public func completeRegistration(
        _ digest: OneTimeDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> AccountCreation? {
        transaction { tables in
            guard tables.pending[digest] != nil else { return nil }
            guard tables.account(email: user.email) == nil else { return .emailTaken }
            tables.pending[digest] = nil
            let made = tables.insert(user)
            if let network = user.network { tables.networks[made.id] = [network: context.now] }
            tables.record(.account(made.id, madeIn: context))
            guard case .done(let verified) = tables.verify(made.id, in: context) else { return nil }
            return .created(verified)
        }
    }

    public func offer(
        _ link: MailPreparation.Link, to email: EmailAddress, in context: RequestContext
    ) async throws -> User? {
        transaction { tables in
            guard let user = tables.account(email: email)?.user, user.isActive,
                tables.insert(link, of: user, to: user.email, at: context.now)
            else { return nil }
            tables.record(AuditEntry(.linkMade, of: user.id, cause: link.purpose.rawValue, in: context))
            return user
        }
    }

    public func setVerified(_ isVerified: Bool, id: User.ID, in context: RequestContext) async throws -> User? {
        transaction { tables in
            guard let account = tables.accounts[id] else { return nil }
            if isVerified, case .done(let user) = tables.verify(id, in: context) { return user }
            guard account.user.isEmailVerified else { return account.user }
            tables.verified[id] = nil
            tables.put(account, id: id)
            tables.record(AuditEntry(.emailUnverified, of: id, in: context))
            tables.announced.append(.user(id))
            return tables.accounts[id]?.user
        }
    }
}

extension MemoryStorage.Tables {
    func live(
        _ purpose: LinkPurpose, at now: Timestamp, where condition: (MemoryStorage.StoredLink) -> Bool
    ) -> MemoryStorage.StoredLink? {
        links.values.first { link in
            guard condition(link), link.link.purpose == purpose, link.link.expiresAt > now,
                let user = accounts[link.user]?.user, user.isActive
            else { return false }
            return link.accountKey.map { $0 == EmailAddress.key(of: user.email) } ?? true
        }
    }

    mutating func use(
        _ purpose: LinkPurpose, _ digest: OneTimeDigest, at now: Timestamp
    ) -> MemoryStorage.StoredLink? {
        guard let link = live(purpose, at: now, where: { $0.link.digest == digest }) else { return nil }
        links[digest] = nil
        return link
    }

    /// Uses up the link or the code of a login; see ``AuthenticationProof``.
    mutating func use(_ proof: AuthenticationProof, of user: User.ID, in context: RequestContext) -> Bool {
        let link: MemoryStorage.StoredLink?
        switch proof {
        case .password: return holds(proof, for: user)
        case .link(let digest): link = live(.login, at: context.now) { $0.link.digest == digest }
        case .code(let code): link = live(.login, at: context.now) { $0.code == code }
        }
        guard let link, link.user == user else { return false }
        links[link.link.digest] = nil
        guard accounts[user]?.user.isEmailVerified == false else { return true }
        setPassword(Passwords.unusable(), of: user)
        dispossess(user, keepingUndo: true, at: context.now)
        _ = verify(user, in: context)
        return true
    }

    mutating func setPassword(_ encoded: String, of user: User.ID) {
        guard var account = accounts[user] else { return }
        account.encodedPassword = encoded
        put(account, id: user)
    }

    mutating func dispossess(_ user: User.ID, keepingUndo: Bool, at now: Timestamp) {
        endSessions(of: user, at: now)
        networks[user] = nil
        forgetLinks(of: user, keepingUndo: keepingUndo)
    }

    mutating func verify(_ id: User.ID, in context: RequestContext) -> LinkOutcome {
        guard let account = accounts[id] else { return .invalid }
        guard !account.user.isEmailVerified else { return .done(account.user) }
        verified[id] = account.user.email
        put(account, id: id)
        record(AuditEntry(.emailVerified, of: id, in: context))
        announced.append(.user(id))
        return .done(accounts[id]?.user ?? account.user)
    }

    /// - Returns: nil if another account has the address; nothing was changed.
    mutating func move(
        _ id: User.ID, to address: String, cause: String, in context: RequestContext
    ) -> LinkOutcome? {
        guard var account = accounts[id], let email = EmailAddress(address) else { return .invalid }
        if let other = self.account(email: email), other.user.id != id { return nil }
        let change = AuditChange("email", from: account.user.email, to: address)
        account.user.email = address
        verified[id] = address
        put(account, id: id)
        record(AuditEntry(.emailChanged, of: id, cause: cause, changes: [change], in: context))
        announced.append(.user(id))
        return accounts[id].map { .done($0.user) } ?? .invalid
    }
}
