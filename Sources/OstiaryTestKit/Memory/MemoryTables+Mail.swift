// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension MemoryStorage.Tables {
    @discardableResult
    mutating func enqueue(_ message: NewOutboxMessage, limit: Int, at now: Timestamp) -> Bool {
        guard outbox.values.count(where: { $0.message.failedAt == nil }) < limit else { return false }
        lastMessageID += 1
        outbox[lastMessageID] = MemoryStorage.WaitingMail(
            message: OutboxMessage(id: lastMessageID, message: message, createdAt: now, dueAt: now))
        return true
    }

    /// - Parameter address: nil for the account's own.
    mutating func enqueue(_ notice: MailNotice?, to address: String? = nil, of user: User.ID, at now: Timestamp) {
        guard let notice, let recipient = EmailAddress(address ?? accounts[user]?.user.email ?? "") else { return }
        if let most = notice.hourlyLimit, !take(notice.budget(of: user), most: most, in: 3_600, at: now) { return }
        enqueue(
            NewOutboxMessage(
                notice.kind, to: recipient, user: user, language: notice.language, event: notice.event,
                nonce: notice.nonce, expiresAt: notice.expiresAt),
            limit: notice.limit, at: now)
    }

    mutating func take(_ subject: String, most: Int, in seconds: Int, at now: Timestamp) -> Bool {
        guard let budget = mailBudgets[subject], budget.start > now.adding(seconds: -seconds) else {
            mailBudgets[subject] = (now, 1)
            return true
        }
        guard budget.count < most else { return false }
        mailBudgets[subject]?.count += 1
        return true
    }

    /// - Returns: true if the message of the id is claimed and its token is live, which it becomes the first time.
    mutating func prepare(
        _ message: OutboxMessage, _ claim: OutboxClaim, _ preparation: MailPreparation, at now: Timestamp
    ) -> PreparedMail? {
        guard let row = outbox[message.id], row.claim == claim else { return nil }
        let asked = row.message.message
        let account = asked.user.map { accounts[$0] } ?? self.account(email: asked.address)
        let key = account.map { EmailAddress.key(of: $0.user.email) }
        let state = account.map { account in
            MailRule.Account(
                isActive: account.user.isActive, hasAddress: key == asked.address.key,
                isVerified: account.user.isEmailVerified)
        }
        guard case .send(let kind) = MailRule.judge(asked.kind, state),
            isLive(row, kind, account?.user, preparation, at: now)
        else {
            outbox[message.id] = nil
            return nil
        }
        outbox[message.id]?.isPrepared = true
        let stored = kind.goesToAccount ? account.flatMap { EmailAddress($0.user.email) } : nil
        return PreparedMail(kind, to: stored ?? asked.address)
    }

    private mutating func isLive(
        _ row: MemoryStorage.WaitingMail, _ kind: MailKind, _ user: User?, _ preparation: MailPreparation,
        at now: Timestamp
    ) -> Bool {
        let message = row.message.message
        if !row.isPrepared, let most = preparation.hourlyLimit,
            !take("address/\(message.address.key)", most: most, in: 3_600, at: now)
        {
            return false
        }
        guard let link = preparation.link else { return true }
        if message.kind == .register {
            if kind == .alreadyRegistered {
                pending[link.digest] = nil
                return true
            }
            return pending[link.digest] != nil
        }
        if row.isPrepared { return links[link.digest] != nil }
        guard let user else { return false }
        return insert(
            link, code: preparation.code, of: user, to: message.address.text, session: message.session, at: now)
    }

    mutating func insert(
        _ link: MailPreparation.Link, code: MailPreparation.Code? = nil, of user: User, to address: String,
        session: SessionID? = nil, at now: Timestamp
    ) -> Bool {
        let same = links.filter { $0.value.user == user.id && $0.value.link.purpose == link.purpose }
        if link.purpose == .undo && same.count >= LinkLimits.undo { return false }
        links[link.digest] = MemoryStorage.StoredLink(
            link: link, code: code, user: user.id, address: address,
            accountKey: link.purpose == .undo ? nil : EmailAddress.key(of: user.email), session: session, madeAt: now)
        guard link.purpose != .undo else { return true }
        let all = links.filter { $0.value.user == user.id && $0.value.link.purpose == link.purpose }
        let oldestFirst = all.sorted {
            ($0.value.madeAt, Array($1.key.bytes).description) < ($1.value.madeAt, Array($0.key.bytes).description)
        }
        for (digest, _) in oldestFirst.dropLast(LinkLimits.live) { links[digest] = nil }
        return true
    }

    mutating func forgetLinks(of user: User.ID, keepingUndo: Bool) {
        links = links.filter { $0.value.user != user || keepingUndo && $0.value.link.purpose == .undo }
        outbox = outbox.filter { _, row in
            let (message, kind) = (row.message.message, row.message.message.kind)
            let isVoid = kind == .changeConfirm || kind == .changeNotice && !keepingUndo
            return message.user != user || row.isPrepared || !isVoid
        }
    }
}
