// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage {
    struct WaitingMail {
        var message: OutboxMessage
        var isPrepared = false
        var claim: OutboxClaim?
    }

    struct StoredLink {
        var link: MailPreparation.Link
        var code: MailPreparation.Code?
        var user: User.ID
        var address: String
        /// The login that the account must have; nil for any.
        var accountKey: String?
        var session: SessionID?
        var attempts = 0
        var madeAt: Timestamp
    }

    struct WaitingRegistration {
        var registration: PendingRegistration
        var attempts = 0
    }
}

extension MemoryStorage: OutboxStore {
    public func enqueue(
        _ message: NewOutboxMessage, pending: PendingRegistration?, limit: Int, in context: RequestContext
    ) async throws -> Bool {
        transaction { tables in
            guard tables.enqueue(message, limit: limit, at: context.now) else { return false }
            if let pending { tables.pending[pending.digest] = WaitingRegistration(registration: pending) }
            return true
        }
    }

    public func claim(
        _ limit: Int, _ claim: OutboxClaim, in context: RequestContext
    ) async throws -> [OutboxMessage] {
        transaction { tables in
            let due = tables.outbox.values.filter { row in
                row.message.failedAt == nil && row.message.dueAt <= context.now
                    && row.claim.map { $0.until <= context.now } ?? true
            }.map(\.message).sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }.prefix(limit)
            for message in due { tables.outbox[message.id]?.claim = claim }
            return Array(due)
        }
    }

    public func prepare(
        _ message: OutboxMessage, _ claim: OutboxClaim, _ preparation: MailPreparation, in context: RequestContext
    ) async throws -> PreparedMail? {
        transaction { $0.prepare(message, claim, preparation, at: context.now) }
    }

    public func sent(_ id: OutboxMessage.ID, _ claim: OutboxClaim, in context: RequestContext) async throws {
        transaction { if $0.outbox[id]?.claim == claim { $0.outbox[id] = nil } }
    }

    public func failed(
        _ id: OutboxMessage.ID, _ claim: OutboxClaim, because reason: String, due: Timestamp?, isCounted: Bool,
        in context: RequestContext
    ) async throws {
        transaction { tables in
            guard var row = tables.outbox[id], row.claim == claim else { return }
            row.claim = nil
            row.message.failure = reason
            row.message.failedAt = due == nil ? context.now : nil
            row.message.dueAt = due ?? row.message.dueAt
            row.message.attempts += isCounted ? 1 : 0
            tables.outbox[id] = row
        }
    }

    public func release(_ claim: OutboxClaim, in context: RequestContext) async throws {
        transaction { tables in
            for id in tables.outbox.filter({ $0.value.claim == claim }).keys { tables.outbox[id]?.claim = nil }
        }
    }

    public func messages(
        failed: Bool, after id: OutboxMessage.ID, limit: Int, in context: RequestContext
    ) async throws -> [OutboxMessage] {
        transaction { tables in
            let all = tables.outbox.values.map(\.message).filter { ($0.failedAt != nil) == failed && $0.id > id }
            return Array(all.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    public func retry(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int {
        transaction { tables in
            ids.count { id in
                guard let row = tables.outbox[id], row.message.message.expiresAt > context.now else { return false }
                tables.outbox[id]?.message.dueAt = context.now
                tables.outbox[id]?.message.failedAt = nil
                tables.record(AuditEntry(.mailRetried, object: String(id), in: context))
                return true
            }
        }
    }

    public func drop(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int {
        transaction { tables in
            ids.count { id in
                guard tables.outbox.removeValue(forKey: id) != nil else { return false }
                tables.record(AuditEntry(.mailDropped, object: String(id), in: context))
                return true
            }
        }
    }

    public func counts(in context: RequestContext) async throws -> OutboxCounts {
        transaction { tables in
            let waiting = tables.outbox.values.map(\.message).filter { $0.failedAt == nil }
            return OutboxCounts(
                waiting: waiting.count, failed: tables.outbox.count - waiting.count,
                oldest: waiting.min { $0.id < $1.id }?.createdAt, due: waiting.map(\.dueAt).min())
        }
    }

    public func deleteExpired(failedBefore moment: Timestamp, at now: Timestamp, limit: Int) async throws -> Int {
        transaction { tables in
            let mails = tables.outbox.filter { $0.value.message.failedAt.map { $0 < moment } ?? false }.keys.prefix(
                limit)
            for id in mails { tables.outbox[id] = nil }
            let links = tables.links.filter { $0.value.link.expiresAt <= now }.keys.prefix(limit)
            for digest in links { tables.links[digest] = nil }
            let pending = tables.pending.filter { $0.value.registration.expiresAt <= now }.keys.prefix(limit)
            for digest in pending { tables.pending[digest] = nil }
            let horizon = now.adding(seconds: -86_400)
            let budgets = tables.mailBudgets.filter { $0.value.start <= horizon }.keys.prefix(limit)
            for subject in budgets { tables.mailBudgets[subject] = nil }
            return mails.count + links.count + pending.count + budgets.count
        }
    }
}
