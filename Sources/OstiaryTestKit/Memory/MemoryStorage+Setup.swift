// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SetupStore {
    public func hasSuperuser(in context: RequestContext) async throws -> Bool { transaction { $0.hasSuperuser } }

    public func offer(
        _ link: SetupLinkDigest, until expiry: Timestamp, in context: RequestContext
    ) async throws -> Bool {
        transaction { tables in
            guard !tables.hasSuperuser else { return false }
            tables.setupLinks[link] = expiry
            tables.record(AuditEntry(.setupLinkMade, in: context))
            return true
        }
    }

    public func redeem(
        _ link: SetupLinkDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> SetupOutcome {
        transaction { tables in
            guard let expiry = tables.setupLinks[link], expiry > context.now, !tables.hasSuperuser else {
                return .refused
            }
            guard tables.account(email: user.email) == nil else { return .emailTaken }
            tables.setupLinks = [:]
            let made = tables.insert(user)
            tables.record(AuditEntry(.accountCreated, of: made.id, cause: "setup_link", in: context))
            return .created(made)
        }
    }
}

extension MemoryStorage.Tables {
    fileprivate var hasSuperuser: Bool { accounts.values.contains { $0.user.isSuperuser && $0.user.isActive } }

    mutating func insert(_ user: NewUser) -> User {
        lastID += 1
        let made = User(
            id: lastID, email: user.email.text, username: user.username, firstName: user.firstName,
            lastName: user.lastName, isActive: user.isActive, isStaff: user.isStaff, isSuperuser: user.isSuperuser)
        put(MemoryStorage.Account(user: made, encodedPassword: user.encodedPassword), id: made.id)
        return made
    }
}
