// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import Synchronization

/// All stores in memory, for tests.
///
/// A lock takes the place of transactions: each method is one critical section.
public final class MemoryStorage: Sendable {
    struct Account {
        var user: User
        var encodedPassword: String
    }

    struct StoredSession {
        var userID: User.ID
        var authentication: Authentication
        var startedAt: Timestamp
        var lastUsedAt: Timestamp
        var origin: ClientOrigin
        var endedAt: Timestamp?
        var purgeAfter: Timestamp
    }

    struct StoredToken {
        var session: SessionID
        var issuedAt: Timestamp
        var expiresAt: Timestamp
        var parentKey: IdempotencyKeyDigest?
        var spent: SpentToken?
        var purgeAfter: Timestamp
    }

    struct SpentToken {
        var at: Timestamp
        var key: IdempotencyKeyDigest?
        var accessExpiresAt: Timestamp
        var successor: RefreshTokenDigest
        var sealed: SealedSuccessor
    }

    struct Tables {
        private(set) var accounts: [User.ID: Account] = [:]
        private var idsByKey: [String: User.ID] = [:]
        var lastID: User.ID = 0
        var sessions: [SessionID: StoredSession] = [:]
        var tokens: [RefreshTokenDigest: StoredToken] = [:]
        var networks: [User.ID: [Network: Timestamp]] = [:]
        /// The time before which tokens without session were issued that have ended, by user.
        var cutoffs: [User.ID: Timestamp] = [:]
        /// The members of each group, by its id.
        var members: [Int64: Set<User.ID>] = [:]
        var settings: [String: String] = [:]
        var entries: [AuditEntry] = []
        private var lastEntryID: Int64 = 0
        var copy: [String: String] = [:]
        var fingerprints: [SharedSecret: String] = [:]
        var announced: [Change] = []
        var groups: [Group.ID: Group] = [:]
        var lastGroupID: Group.ID = 0
        /// The permissions of accounts beside those of their groups.
        var userPermissions: [User.ID: Set<Permission>] = [:]
        /// The accounts whose passwords are to be changed.
        var marks: Set<User.ID> = []
        var clients: [String: StoredClient] = [:]
        var setupLinks: [SetupLinkDigest: Timestamp] = [:]
        var outbox: [OutboxMessage.ID: WaitingMail] = [:]
        var lastMessageID: OutboxMessage.ID = 0
        var links: [OneTimeDigest: StoredLink] = [:]
        var pending: [OneTimeDigest: WaitingRegistration] = [:]
        var mailBudgets: [String: (start: Timestamp, count: Int)] = [:]
        /// The proven addresses, by user.
        var verified: [User.ID: String] = [:]

        /// - Returns: the id of the entry.
        @discardableResult
        mutating func record(_ entry: AuditEntry) -> Int64 {
            var stored = entry
            lastEntryID += 1
            (stored.id, stored.address) = (lastEntryID, nil)
            entries.append(stored)
            return stored.id
        }

        mutating func end(_ session: SessionID, at now: Timestamp) {
            guard sessions[session]?.endedAt == nil, sessions[session] != nil else { return }
            sessions[session]?.endedAt = now
            announced.append(.sessionEnded(session))
        }

        func sessions(of user: User.ID) -> [SessionID] {
            sessions.filter { $0.value.userID == user }.map(\.key)
        }

        /// - Returns: the number of ended sessions that were live; others had expired.
        @discardableResult
        mutating func endSessions(of user: User.ID, but kept: SessionID? = nil, at now: Timestamp) -> Int {
            cutoffs[user] = max(cutoffs[user] ?? now, now)
            announced.append(.user(user))
            let open = sessions(of: user).filter { $0 != kept && sessions[$0]?.endedAt == nil }
            for id in open { end(id, at: now) }
            return open.count { id in sessions[id].map { $0.purgeAfter > now } == true }
        }

        func account(email: EmailAddress) -> Account? {
            idsByKey[email.key].flatMap { accounts[$0] }
        }

        /// Stores the account under its current address; nil deletes it.
        mutating func put(_ account: Account?, id: User.ID) {
            var account = account
            if let user = account?.user {
                account?.user.isEmailVerified = verified[id].map { $0.hasSameBytes(as: user.email) } ?? false
            }
            if let old = accounts[id].flatMap({ EmailAddress($0.user.email) }) { idsByKey[old.key] = nil }
            if let new = account.flatMap({ EmailAddress($0.user.email) }) { idsByKey[new.key] = id }
            accounts[id] = account
        }
    }

    private let tables = Mutex(Tables())
    private let onChange: @Sendable ([Change]) -> Void

    /// A storage without accounts, which announces no changes.
    public convenience init() { self.init { _ in } }

    /// - Parameter onChange: called after each transaction that changed something.
    package init(onChange: @escaping @Sendable ([Change]) -> Void) { self.onChange = onChange }

    /// A transaction that keeps nothing if the body throws.
    func attempt<Value: Sendable>(_ body: (inout Tables) throws -> Value) throws -> Value {
        try transaction { tables -> Result<Value, any Error> in
            var copy = tables
            return Result {
                let value = try body(&copy)
                tables = copy
                return value
            }
        }.get()
    }

    func transaction<Value: Sendable>(_ body: (inout Tables) -> Value) -> Value {
        let (value, changes) = tables.withLock { tables in
            let value = body(&tables)
            defer { tables.announced = [] }
            return (value, tables.announced)
        }
        if !changes.isEmpty { onChange(changes) }
        return value
    }
}
