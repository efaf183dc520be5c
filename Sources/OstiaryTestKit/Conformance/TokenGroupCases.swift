// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let tokenGroupCases: [Case] = [
        Case("the groups of a user are read by the transaction that issues tokens, if they are wanted") { stores in
            let user = try await stores.makeUser("first@example.com")
            let names = ["support", "Ünter", "Zebra", "a \"b\"\\\n"]
            for name in names {
                let group = try await stores.makeGroup(name)
                if name != "Zebra" { try await stores.join(group, user) }
            }
            let sorted = ["a \"b\"\\\n", "support", "Ünter"]
            func open(_ number: Int, _ namesGroups: Bool) async throws -> [String]? {
                var new = stores.newSession(number, for: user, from: nil)
                new.namesGroups = namesGroups
                return try await stores.sessions.open(new, at: Stores.start).groups
            }
            func rotate(_ presented: Int, to successor: Int, _ namesGroups: Bool) async throws -> [String]? {
                var rotation = stores.rotation(
                    presented, to: successor, key: "one", lifetimes: Stores.lifetimes, at: Stores.start)
                rotation.namesGroups = namesGroups
                return try await stores.sessions.rotate(rotation).groups
            }
            try requireEqual(try await open(1, false), nil, "not wanted at a login")
            try requireEqual(try await open(2, true), sorted, "at a login")
            try requireEqual(try await rotate(1, to: 11, false), nil, "not wanted at a refresh")
            try requireEqual(try await rotate(2, to: 12, true), sorted, "at a refresh")
            try await stores.join(try await stores.makeGroup("late"), user)
            let later = ["a \"b\"\\\n", "late", "support", "Ünter"]
            try requireEqual(try await rotate(2, to: 13, true), later, "at a repetition those of its time")
            try requireEqual(try await rotate(2, to: 14, false), nil, "not wanted at a repetition")
            var new = stores.newSession(3, for: user, from: nil)
            new.namesGroups = true
            let changed = try await stores.passwords.changePassword(to: "encoded", opening: new, at: Stores.start)
            try requireEqual(changed.groups, later, "at a change of the password")
            let other = try await stores.makeUser("second@example.com")
            var none = stores.newSession(4, for: other, from: nil)
            none.namesGroups = true
            try requireEqual(try await stores.sessions.open(none, at: Stores.start).groups, [], "of one without groups")
        },
        Case("of many groups the first that have a place are named") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 100..<160 { try await stores.join(try await stores.makeGroup("group \(number)"), user) }
            var new = stores.newSession(1, for: user, from: nil)
            new.namesGroups = true
            let groups = try await stores.sessions.open(new, at: Stores.start).groups
            try requireEqual(groups, (100..<150).map { "group \($0)" }, "fifty")
        },
    ]
}

extension Stores {
    fileprivate func join(_ group: Group, _ user: User) async throws {
        _ = try await permissions.changeGroup(
            id: group.id, with: GroupChange(added: [user.id]), in: Self.operatorContext)
    }
}

extension SessionOpening {
    fileprivate var groups: [String]? { if case .opened(let opened) = self { opened.groups } else { nil } }
}

extension RotationOutcome {
    fileprivate var groups: [String]? {
        switch self {
        case .rotated(let session, _): session.groups
        case .repeated(let repetition): repetition.session.groups
        default: nil
        }
    }
}
