// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let administrationCases: [Case] = [
        Case("an administrator's change is told by one entry with old and new, and by none if nothing changed") {
            stores in
            let user = try await stores.makeUser("first@example.com")
            let group = try await stores.makeGroup("support", [.viewUser])
            let context = Stores.operatorContext
            let before = try await stores.audit.entries().count
            let email = try stores.address("second@example.com")
            let changes: [(AccountChange, AuditEvent?, [AuditChange])] = [
                (.of { $0.username = "Ä" }, .profileChanged, [AuditChange("username", from: "", to: "Ä")]),
                (.of { $0.username = "Ä" }, nil, []),
                (
                    .of { ($0.email, $0.lastName) = (email, "Last") }, .emailChanged,
                    [
                        AuditChange("email", from: "first@example.com", to: "second@example.com"),
                        AuditChange("last_name", from: "", to: "Last"),
                    ]
                ),
                (
                    .of { ($0.isStaff, $0.groups) = (true, [group.id]) }, .rightsChanged,
                    [
                        AuditChange("groups", from: "", to: "support"),
                        AuditChange("is_staff", from: "false", to: "true"),
                    ]
                ),
                (
                    .of { $0.permissions = [.viewAudit, .addUser] }, .rightsChanged,
                    [AuditChange("permissions", from: "", to: "ostiary.add_user, ostiary.view_audit")]
                ),
                (
                    .of { $0.isActive = false }, .accountDeactivated,
                    [AuditChange("is_active", from: "true", to: "false")]
                ),
                (.of { $0.groups = [group.id + 1] }, nil, []),
            ]
            var count = before
            for (change, event, expected) in changes {
                _ = try await stores.accounts.change(id: user.id, with: change, in: context)
                let entries = try await stores.audit.entries()
                count += event == nil ? 0 : 1
                try requireEqual(entries.count, count, "one entry for \(change)")
                guard let event else { continue }
                try requireEqual(entries[0].event, event, "the event of \(change)")
                try requireEqual(entries[0].changes, expected, "the changes")
                try requireEqual(entries[0].actor, "operator:root", "by whom")
            }
            let detail = try await stores.accounts.detail(id: user.id, in: context)
            try requireEqual(detail?.rights.permissions, [.viewUser, .addUser, .viewAudit], "own and of the group")
            try requireEqual(detail?.groups, [Group.Reference(id: group.id, name: "support")], "groups")
            try requireEqual(
                try await stores.accounts.change(
                    id: user.id, with: .of { $0.groups = [group.id + 1] }, in: context), .unknownGroup(group.id + 1),
                "a group that is not there")
            try requireEqual(
                try await stores.accounts.change(id: user.id + 1, with: AccountChange(), in: context), .unknownUser,
                "nobody")
            let other = try await stores.makeUser("other@example.com")
            try requireEqual(
                try await stores.accounts.change(id: other.id, with: .of { $0.email = email }, in: context),
                .emailTaken, "a taken address")
        },
        Case("a deactivation by a form ends the sessions") { stores in
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            _ = try await stores.accounts.change(
                id: user.id, with: .of { $0.isActive = false }, in: Stores.operatorContext)
            try require(try await !stores.isLive(1, user: user), "ended")
        },
        Case("nobody climbs: a clerk gives and touches nothing beyond the own rights") { stores in
            let group = try await stores.makeGroup("support", [.viewUser])
            let other = try await stores.makeGroup("vip")
            let clerk = try await stores.makeClerk(
                "clerk@example.com", [.changeUser, .deleteUser, .deleteSession, .addUser, .changeGroup, .deleteGroup],
                groups: [group.id])
            let root = try await stores.makeClerk("root@example.com", isSuperuser: true)
            let auditor = try await stores.makeClerk("auditor@example.com", [.viewAudit])
            let user = try await stores.makeUser("user@example.com")
            for (number, owner) in [root, auditor, user].enumerated() { try await stores.open(number + 1, for: owner) }
            let context = stores.context(of: clerk)
            let before = try await stores.audit.entries().count
            let changes: [(User, AccountChange, AdministrationRefusal)] = [
                (clerk, .of { $0.isSuperuser = true }, .denied),
                (clerk, .of { $0.permissions = [.viewAudit] }, .ownAccount),
                (
                    clerk,
                    .of {
                        $0.permissions = [
                            .viewAudit, .changeUser, .deleteUser, .deleteSession, .addUser, .changeGroup, .deleteGroup,
                        ]
                    }, .denied
                ),
                (clerk, .of { $0.groups = [group.id, other.id] }, .denied),
                (clerk, .of { $0.isActive = false }, .ownAccount),
                (clerk, .of { $0.isStaff = false }, .ownAccount), (clerk, .of { $0.groups = [] }, .ownAccount),
                (user, .of { $0.isSuperuser = true }, .denied), (user, .of { $0.permissions = [.viewAudit] }, .denied),
                (user, .of { $0.groups = [other.id] }, .denied),
                (root, .of { $0.username = "x" }, .denied), (auditor, .of { $0.username = "x" }, .denied),
                (root, .of { $0.isSuperuser = false }, .denied), (auditor, .of { $0.permissions = [] }, .denied),
            ]
            for (target, change, expected) in changes {
                let refusal = try await stores.refusal {
                    _ = try await stores.accounts.change(id: target.id, with: change, in: context)
                }
                try requireEqual(refusal, expected, "\(target.email): \(change)")
            }
            for target in [root, auditor] {
                let refusal = try await stores.refusal {
                    _ = try await stores.passwords.resetPassword(
                        id: target.id, to: "new", mustChange: true, in: context)
                }
                try requireEqual(refusal, .denied, "the password of \(target.email)")
                for action in AccountAction.allCases {
                    try requireEqual(
                        try await stores.accounts.perform(action, on: [target.id], in: context),
                        ActionCounts(refused: 1), "\(action) \(target.email)")
                }
            }
            try requireEqual(
                try await stores.sessions.end([1, 2].map(stores.session), in: context), ActionCounts(refused: 2),
                "sessions of those with more rights")
            for action in [AccountAction.deactivate, .delete] {
                try requireEqual(
                    try await stores.accounts.perform(action, on: [clerk.id], in: context), ActionCounts(refused: 1),
                    "\(action) oneself")
            }
            var climber = NewUser(email: try stores.address("new@example.com"), encodedPassword: "encoded")
            climber.isSuperuser = true
            let created = try await stores.refusal { _ = try await stores.accounts.create(climber, in: context) }
            try requireEqual(created, .denied, "a new superuser")
            let groups: [(Group, GroupChange)] = [
                (other, GroupChange(added: [clerk.id])), (group, GroupChange(permissions: [.viewUser, .viewAudit])),
                (group, GroupChange(removed: [root.id])), (group, GroupChange(added: [auditor.id])),
                (group, GroupChange(name: "admins")),
            ]
            for (target, change) in groups {
                let refusal = try await stores.refusal {
                    _ = try await stores.permissions.changeGroup(id: target.id, with: change, in: context)
                }
                try requireEqual(refusal, .denied, "\(target.name): \(change)")
            }
            let lost = try await stores.refusal {
                _ = try await stores.permissions.changeGroup(
                    id: group.id, with: GroupChange(removed: [clerk.id]), in: context)
            }
            try requireEqual(lost, .ownAccount, "the own membership")
            let gone = try await stores.refusal {
                _ = try await stores.permissions.deleteGroup(id: group.id, in: context)
            }
            try requireEqual(gone, .ownAccount, "the own group")
            try requireEqual(try await stores.audit.entries().count, before, "nothing was written")
            for number in 1...3 {
                let owner = [root, auditor, user][number - 1]
                try require(try await stores.isLive(number, user: owner), "session \(number)")
            }
        },
        Case("a clerk does what the own rights allow, and nothing once they are taken away") { stores in
            let clerk = try await stores.makeClerk("clerk@example.com", [.changeUser, .deleteSession])
            let user = try await stores.makeUser("user@example.com")
            try await stores.open(1, for: user)
            try await stores.open(2, for: user)
            let context = stores.context(of: clerk)
            let renamed = try await stores.accounts.change(
                id: user.id, with: .of { ($0.username, $0.isActive) = ("x", true) }, in: context)
            guard case .changed(let detail) = renamed else { throw ConformanceFailure(description: "\(renamed)") }
            try requireEqual(detail.user.username, "x", "renamed")
            try requireEqual(
                try await stores.sessions.end([1, 9].map(stores.session), in: context),
                ActionCounts(done: 1, notFound: 1), "one session")
            try require(try await !stores.isLive(1, user: user), "ended")
            try require(
                try await stores.passwords.resetPassword(id: user.id, to: "new", mustChange: true, in: context),
                "a new password")
            try requireEqual(
                try await stores.accounts.perform(.deactivate, on: [user.id, user.id + 99], in: context),
                ActionCounts(done: 1, notFound: 1), "deactivated")
            try requireEqual(
                try await stores.accounts.perform(.delete, on: [user.id], in: context), ActionCounts(refused: 1),
                "without the permission")
            let entries = try await stores.audit.entries()
            try requireEqual(
                entries.prefix(4).map(\.event), [.accountDeactivated, .passwordReset, .loggedOut, .profileChanged],
                "an entry each")
            try require(entries.prefix(4).allSatisfy { $0.actor == "user:\(clerk.id)" }, "by the clerk")
            _ = try await stores.accounts.change(
                id: clerk.id, with: .of { $0.isStaff = false }, in: Stores.operatorContext)
            let refusal = try await stores.refusal {
                _ = try await stores.accounts.change(id: user.id, with: .of { $0.username = "y" }, in: context)
            }
            try requireEqual(refusal, .denied, "no member of the staff any more")
        },
        Case("a password to be changed is told by each login until it is") { stores in
            let user = try await stores.makeUser("first@example.com")
            _ = try await stores.passwords.resetPassword(
                id: user.id, to: "given", mustChange: true, in: Stores.operatorContext)
            for number in 1...2 {
                try requireEqual(
                    try await stores.open(number, for: user, password: "given"),
                    .opened(OpenedSession(isPasswordChangeRequired: true)), "told")
            }
            _ = try await stores.passwords.changePassword(
                to: "own", opening: stores.newSession(3, for: user, password: "given", from: nil), at: Stores.start)
            try requireEqual(
                try await stores.open(4, for: user, password: "own"), .opened(OpenedSession()), "no more")
            var new = NewUser(email: try stores.address("new@example.com"), encodedPassword: "encoded")
            new.mustChangePassword = true
            guard case .created(let made) = try await stores.accounts.create(new, in: Stores.operatorContext) else {
                throw ConformanceFailure(description: "taken")
            }
            try requireEqual(
                try await stores.open(5, for: made), .opened(OpenedSession(isPasswordChangeRequired: true)), "new")
            let detail = try await stores.accounts.detail(id: made.id, in: Stores.operatorContext)
            try requireEqual(detail?.isPasswordChangeRequired, true, "seen by administrators")
        },
        Case("the last active superuser stays, also if two delete each other at once") { stores in
            var last = try await stores.makeClerk("root0@example.com", isSuperuser: true)
            let context = Stores.operatorContext
            for action in [AccountAction.deactivate, .delete] {
                try requireEqual(
                    try await stores.accounts.perform(action, on: [last.id], in: context), ActionCounts(refused: 1),
                    "\(action)")
            }
            let demoted = try await stores.refusal {
                _ = try await stores.accounts.change(id: last.id, with: .of { $0.isSuperuser = false }, in: context)
            }
            try requireEqual(demoted, .lastSuperuser, "demoted")
            for round in 1...200 {
                let second = try await stores.makeClerk("root\(round)@example.com", isSuperuser: true)
                let pair = [last, second]
                let done = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (author, target) in [(0, 1), (1, 0)] {
                        group.addTask {
                            try await stores.accounts.perform(
                                .delete, on: [pair[target].id], in: stores.context(of: pair[author])
                            ).done
                        }
                    }
                    return try await group.reduce(0, +)
                }
                try requireEqual(done, 1, "round \(round)")
                let left = try await stores.accounts.user(id: last.id)
                last = left == nil ? second : last
            }
        },
    ]
}
