// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let groupCases: [Case] = [
        Case("groups are made, changed and deleted, with an entry each") { stores in
            let context = Stores.operatorContext
            let user = try await stores.makeUser("first@example.com")
            let support = try await stores.makeGroup("support", [.viewUser])
            _ = try await stores.makeGroup("Ünter")
            _ = try await stores.makeGroup("Zebra")
            try requireEqual(
                try await stores.permissions.addGroup(named: "support", permissions: [], in: context), .nameTaken,
                "a taken name")
            let listed = try await stores.permissions.groups(after: nil, limit: 10, in: context)
            try requireEqual(listed.map(\.name), ["Zebra", "support", "Ünter"], "in the order of bytes")
            try requireEqual(listed[1], support, "with its permissions")
            let rest = try await stores.permissions.groups(after: "Zebra", limit: 1, in: context)
            try requireEqual(rest.map(\.name), ["support"], "behind one")
            guard let shop = Permission("shop.view_order") else { throw ConformanceFailure(description: "no name") }
            let changes: [(GroupChange, [AuditChange])] = [
                (GroupChange(name: "help"), [AuditChange("name", from: "support", to: "help")]),
                (
                    GroupChange(permissions: [shop], added: [user.id]),
                    [
                        AuditChange("members_added", from: nil, to: "\(user.id)"),
                        AuditChange("permissions", from: "ostiary.view_user", to: "shop.view_order"),
                    ]
                ),
                (GroupChange(added: [user.id]), []),
                (GroupChange(removed: [user.id]), [AuditChange("members_removed", from: "\(user.id)", to: nil)]),
            ]
            var count = try await stores.audit.entries().count
            for (change, expected) in changes {
                guard case .done = try await stores.permissions.changeGroup(id: support.id, with: change, in: context)
                else { throw ConformanceFailure(description: "\(change)") }
                let entries = try await stores.audit.entries()
                count += expected.isEmpty ? 0 : 1
                try requireEqual(entries.count, count, "one entry for \(change)")
                if !expected.isEmpty {
                    try requireEqual(entries[0].changes, expected, "of \(change)")
                    try requireEqual(entries[0].object, "group:\(support.id)", "the object")
                }
            }
            try requireEqual(
                try await stores.permissions.changeGroup(id: support.id, with: GroupChange(name: "Zebra"), in: context),
                .nameTaken, "a taken name")
            try requireEqual(
                try await stores.permissions.changeGroup(
                    id: support.id, with: GroupChange(added: [user.id, user.id + 7]), in: context),
                .unknownUser(user.id + 7), "nobody")
            try requireEqual(
                try await stores.permissions.changeGroup(id: support.id + 9, with: GroupChange(), in: context),
                .unknownGroup, "no group")
            try require(try await stores.permissions.deleteGroup(id: support.id, in: context), "deleted")
            try require(try await !stores.permissions.deleteGroup(id: support.id, in: context), "once")
            try requireEqual(try await stores.audit.entries()[0].event, .groupDeleted, "its entry")
            try requireEqual(try await stores.permissions.group(id: support.id, in: context), nil, "gone")
        },
        Case("rights are those of the account, its permissions and its groups, at each moment") { stores in
            let context = Stores.operatorContext
            let group = try await stores.makeGroup("support", [.viewUser, .viewSession])
            let clerk = try await stores.makeClerk("clerk@example.com", [.viewAudit], groups: [group.id])
            try await stores.open(1, for: clerk)
            let other = try await stores.makeUser("other@example.com")
            try await stores.open(2, for: other)
            func standing(_ session: SessionID?) async throws -> StaffStanding? {
                try await stores.permissions.standing(of: clerk.id, session: session, in: context)
            }
            let rights = Rights(
                isStaff: true, permissions: [.viewUser, .viewSession, .viewAudit], groups: [group.id])
            try requireEqual(
                try await standing(stores.session(1)),
                StaffStanding(rights: rights, isSessionLive: true, authenticatedAt: Stores.start), "all of it")
            try requireEqual(try await standing(nil)?.isSessionLive, false, "no session")
            try requireEqual(try await standing(stores.session(2))?.isSessionLive, false, "the session of another")
            _ = try await stores.permissions.deleteGroup(id: group.id, in: context)
            _ = try await stores.sessions.end(stores.session(1), of: clerk.id, at: Stores.start)
            let after = try await standing(stores.session(1))
            try requireEqual(after?.rights, Rights(isStaff: true, permissions: [.viewAudit]), "without the group")
            try requireEqual(after?.isSessionLive, false, "ended")
            try requireEqual(
                try await stores.permissions.standing(of: 1_000_000, session: nil, in: context), nil, "nobody")
        },
        Case("memberships, permissions and marks go with the account") { stores in
            let context = Stores.operatorContext
            let group = try await stores.makeGroup("support", [.viewUser])
            let clerk = try await stores.makeClerk("clerk@example.com", [.viewAudit], groups: [group.id])
            _ = try await stores.passwords.resetPassword(id: clerk.id, to: "new", mustChange: true, in: context)
            try require(try await stores.accounts.delete(id: clerk.id, in: context), "deleted")
            try requireEqual(try await stores.accounts.detail(id: clerk.id, in: context), nil, "gone")
            let again = try await stores.makeUser("clerk@example.com")
            let detail = try await stores.accounts.detail(id: again.id, in: context)
            try requireEqual(detail?.rights, Rights(), "a new account has none of them")
            try requireEqual(detail?.isPasswordChangeRequired, false, "no mark")
        },
    ]
}
