// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Stores {
    /// The context of a call by a user.
    func context(of user: User, at now: Timestamp = Stores.start) -> RequestContext {
        let token = AccessToken(userID: user.id, expiresAt: now, issuedAt: now, id: nil, sessionID: nil)
        return .test(at: now, by: .user(Identity(user: user, token: token)))
    }

    static let operatorContext = RequestContext.test(at: start, by: .operator("root"))

    /// A member of the staff with these permissions.
    func makeClerk(
        _ email: String, _ permissions: Set<Permission> = [], isSuperuser: Bool = false, groups: Set<Group.ID> = []
    ) async throws -> User {
        var new = NewUser(email: try address(email), encodedPassword: "encoded")
        (new.isStaff, new.isSuperuser) = (true, isSuperuser)
        guard case .created(let user) = try await accounts.create(new, in: Self.operatorContext) else {
            throw ConformanceFailure(description: "\(email) is taken in an empty store")
        }
        var change = AccountChange()
        (change.permissions, change.groups) = (permissions, groups)
        _ = try await accounts.change(id: user.id, with: change, in: Self.operatorContext)
        return user
    }

    func makeGroup(_ name: String, _ permissions: Set<Permission> = []) async throws -> Group {
        guard
            case .done(let group) = try await self.permissions.addGroup(
                named: name, permissions: permissions, in: Self.operatorContext)
        else { throw ConformanceFailure(description: "\(name) is taken") }
        return group
    }

    /// The reason why the work was refused; nil if it was done.
    func refusal(_ work: () async throws -> Void) async throws -> AdministrationRefusal? {
        do {
            try await work()
            return nil
        } catch let refusal as AdministrationRefusal {
            return refusal
        }
    }
}

extension AccountChange {
    static func of(_ set: (inout AccountChange) -> Void) -> AccountChange {
        var change = AccountChange()
        set(&change)
        return change
    }
}
