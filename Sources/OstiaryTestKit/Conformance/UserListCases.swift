// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let userListCases: [Case] = [
        Case("each filter of users, alone and beside others, finds in each order who matches") { stores in
            let users = try await stores.makeCrowd()
            for filter in filters(of: users) {
                for order in [nil] + UserQuery.Order.allCases.map(Optional.some) {
                    var query = filter
                    query.order = order
                    let expected = users.filter { query.selects($0) }.sorted { query.puts($0, before: $1) }
                    for limits in [ListLimits(page: 50), ListLimits(page: 7), ListLimits(page: 5, reach: 6)] {
                        query.limits = limits
                        let found = try await stores.listing(query)
                        try requireEqual(found.rows.map(\.id), expected.map(\.id), "\(query)")
                        try requireEqual(found.rows, expected, "all of a user")
                        if limits.reach > users.count { try requireEqual(found.cuts, 0, "nothing was out of reach") }
                    }
                }
            }
        },
        Case("the members of a group are found in each order, alone and beside other filters") { stores in
            let users = try await stores.makeCrowd()
            let group = try await stores.makeGroup("support")
            _ = try await stores.makeGroup("empty")
            let members = Set(users.map(\.id).filter { $0 % 4 != 0 })
            _ = try await stores.permissions.changeGroup(
                id: group.id, with: GroupChange(added: members), in: Stores.operatorContext)
            for order in UserQuery.Order.allCases {
                for filter in [UserQuery(), UserQuery(isStaff: true), UserQuery(search: .init("b"), isActive: false)] {
                    for limits in [ListLimits(), ListLimits(page: 5, reach: 6)] {
                        var query = filter
                        (query.order, query.limits) = (order, limits)
                        let expected = users.filter { members.contains($0.id) && query.selects($0) }
                            .sorted { query.puts($0, before: $1) }
                        query.group = group.id
                        try requireEqual(try await stores.listing(query).rows, expected, "\(query)")
                        query.group = group.id + 1
                        try requireEqual(try await stores.listing(query).rows, [], "nobody is in the other one")
                    }
                }
            }
        },
        Case("users are each listed once while others come and go") { stores in
            _ = try await stores.makeClerk("keeper@example.com", isSuperuser: true)
            for order in UserQuery.Order.allCases {
                let users = try await stores.makeCrowd(
                    named: order.rawValue.filter(\.isLetter) + "\(order.rawValue.count)")
                var goers = users.filter { $0.id % 3 == 0 }
                let stayers = users.filter { $0.id % 3 != 0 }
                let query = UserQuery(order: order, limits: ListLimits(page: 4))
                let found = try await stores.listing(query) { number in
                    if let gone = goers.popLast() {
                        _ = try await stores.accounts.delete(id: gone.id, at: Stores.start)
                    }
                    guard number < 12 else { return }
                    _ = try await stores.makeUser(
                        "come\(number)\(order.rawValue.utf8.count)@\(order.rawValue.filter(\.isLetter)).example")
                }
                let mine = Set(stayers.map(\.id))
                let listed = found.rows.map(\.id).filter(mine.contains)
                try requireEqual(listed, stayers.sorted { query.puts($0, before: $1) }.map(\.id), "each once, in order")
                try requireEqual(Set(found.rows.map(\.id)).count, found.rows.count, "and nobody twice")
                for user in users { _ = try await stores.accounts.delete(id: user.id, at: Stores.start) }
            }
        },
        Case("a filter without an index looks at a bounded number of users for a page, and goes on") { stores in
            for number in 1...30 {
                var user = NewUser(email: try stores.address("user\(number)@example.com"), encodedPassword: "x")
                (user.username, user.isStaff) = ("someone", number == 14)
                _ = try await stores.accounts.create(user, at: Stores.start)
            }
            var query = UserQuery(
                search: .init("user"), isStaff: true, order: .emailDescending, limits: ListLimits(page: 5, reach: 10))
            let first = try await stores.accounts.users(query, in: .test())
            try requireEqual(first.items.count, 0, "nobody among the first ten")
            try require(first.isCutShort && first.next != nil, "and that is told")
            let all = try await stores.listing(query)
            try requireEqual(all.rows.map(\.email), ["user14@example.com"], "found later")
            query.limits.reach = 1_000
            try requireEqual(try await stores.listing(query).pages, 1, "in reach")
        },
        Case("many users of one login time are listed each once") { stores in
            for number in 1...20 {
                let user = try await stores.makeUser("user\(number)@example.com")
                guard number > 4 else { continue }
                try await stores.open(number, for: user, at: Stores.start.adding(seconds: number == 20 ? 1 : 0))
            }
            for order in [UserQuery.Order.lastLogin, .lastLoginDescending] {
                for limits in [ListLimits(page: 3), ListLimits(page: 3, reach: 3), ListLimits(page: 20, reach: 7)] {
                    let found = try await stores.listing(UserQuery(order: order, limits: limits)).rows.map(\.lastLogin)
                    let times = [nil, Stores.start, Stores.start.adding(seconds: 1)]
                    let expected = zip(times, [4, 15, 1]).flatMap { Array(repeating: $0, count: $1) }
                    try requireEqual(found, order == .lastLogin ? expected : expected.reversed(), "\(order) \(limits)")
                }
            }
        },
        Case("a search is digits for an id, or the beginning of an address in any case") { stores in
            let emails = [
                "Ann@example.com", "anna@example.com", "ANN.B@example.com", "bo@example.com", "a~@example.com",
            ]
            for email in emails { _ = try await stores.makeUser(email) }
            let all = try await stores.listing(UserQuery()).rows
            func found(_ text: String) async throws -> [String] {
                try await stores.listing(UserQuery(search: .init(text))).rows.map(\.email)
            }
            try requireEqual(try await found("\(all[3].id)"), ["bo@example.com"], "an id")
            try requireEqual(
                try await found("aNN"), ["ANN.B@example.com", "Ann@example.com", "anna@example.com"], "by the address")
            try requireEqual(try await found("ann@"), ["Ann@example.com"], "a longer beginning")
            try requireEqual(try await found("a~"), ["a~@example.com"], "the highest letter of ASCII but one")
            for text in [
                "nn", "%", "a%", "_", "999999", "99999999999999999999", "ä", "\u{7F}", "a\u{0}", "", "e\u{301}",
                String(repeating: "a", count: 10_000), "'; DROP TABLE ostiary_user; --", "\\", "\u{202E}",
            ] {
                try requireEqual(try await found(text), [], "nobody: \(text.prefix(20))")
            }
            try requireEqual(try await stores.listing(UserQuery(name: "a\u{0}b")).rows, [], "no name has a NUL")
        },
        Case("users that match are counted up to a bound, and their ids told in portions") { stores in
            let users = try await stores.makeCrowd()
            for filter in filters(of: users) {
                let expected = Set(users.filter { filter.selects($0) }.map(\.id))
                let context = RequestContext.test(at: Stores.start)
                let all = try await stores.accounts.count(filter, atMost: 100, in: context)
                try require(all.count == expected.count && !all.isMore, "all: \(filter)")
                for most in [expected.count, expected.count - 1] where most > 0 {
                    var near = filter
                    near.limits.reach = 6
                    let some = try await stores.accounts.count(near, atMost: most, in: context)
                    try require(some.count == most && some.isMore == (most < expected.count), "some: \(filter)")
                }
                var (ids, cursor) = ([User.ID](), PageCursor?.none)
                repeat {
                    let page = try await stores.accounts.ids(matching: filter, after: cursor, limit: 4, in: context)
                    (ids, cursor) = (ids + page.items, page.next)
                } while cursor != nil
                try require(ids.count == expected.count && Set(ids) == expected, "ids: \(filter)")
            }
        },
    ]

    /// Filters of every kind, alone and beside others.
    private static func filters(of users: [User]) -> [UserQuery] {
        let due = Stores.start.adding(seconds: 5)
        return [
            UserQuery(), UserQuery(search: .id(users[7].id)), UserQuery(search: .id(users[7].id), isStaff: true),
            UserQuery(search: .init("b")), UserQuery(search: .init("B1")), UserQuery(name: "twin"),
            UserQuery(name: ""), UserQuery(name: "nobody"),
            UserQuery(isActive: true), UserQuery(isActive: false), UserQuery(isStaff: true), UserQuery(isStaff: false),
            UserQuery(isSuperuser: true), UserQuery(isSuperuser: false), UserQuery(lastLoginBefore: due),
            UserQuery(neverLoggedIn: true), UserQuery(lastLoginBefore: due, neverLoggedIn: true),
            UserQuery(search: .init("a"), isActive: false), UserQuery(isStaff: true, lastLoginBefore: due),
            UserQuery(search: .init("b"), name: "twin", isActive: true, isStaff: false, neverLoggedIn: true),
            UserQuery(isActive: false, isStaff: true, isSuperuser: true, lastLoginBefore: due, neverLoggedIn: true),
        ]
    }
}

extension Stores {
    /// Makes users of every kind: active or not, staff, superusers, of one name, with a login at one of a few times or
    /// none.
    fileprivate func makeCrowd(named domain: String = "mail") async throws -> [User] {
        var users: [User] = []
        for number in 1...37 {
            // The order of addresses is not that of the ids.
            let email = "\(number % 2 == 0 ? "b" : "A")\(number * 17 % 37)@\(domain).example"
            var new = NewUser(email: try address(email), encodedPassword: "encoded")
            new.username = number % 4 == 0 ? "twin" : number % 4 == 1 ? "" : "Name \(number)"
            new.isActive = number % 5 != 0
            (new.isStaff, new.isSuperuser) = (number % 3 == 0, number % 6 == 0)
            guard case .created(let user) = try await accounts.create(new, at: Stores.start) else {
                throw ConformanceFailure(description: "\(email) is taken")
            }
            if number % 7 < 4, new.isActive {
                let session = newSession(Int(user.id), for: user, from: nil)
                _ = try await sessions.open(session, at: Stores.start.adding(seconds: number % 4 * 3))
            }
            guard let made = try await accounts.user(id: user.id) else {
                throw ConformanceFailure(description: "\(user.id) is gone")
            }
            users.append(made)
        }
        return users
    }
}

extension UserQuery {
    /// The meaning of the filters, by itself.
    fileprivate func selects(_ user: User) -> Bool {
        if case .id(let id) = search, user.id != id { return false }
        if case .email(let prefix) = search, !EmailAddress.key(of: user.email).hasBytePrefix(prefix.text) {
            return false
        }
        if let name, !user.username.hasSameBytes(as: name) { return false }
        for (wanted, flag) in [(isActive, user.isActive), (isStaff, user.isStaff), (isSuperuser, user.isSuperuser)]
        where wanted != nil && wanted != flag {
            return false
        }
        guard lastLoginBefore != nil || neverLoggedIn else { return true }
        guard let time = user.lastLogin else { return neverLoggedIn }
        return lastLoginBefore.map { time < $0 } ?? false
    }

    fileprivate func puts(_ left: User, before right: User) -> Bool {
        func isLess(_ left: User, _ right: User) -> Bool {
            switch effectiveOrder {
            case .id, .idDescending: return left.id < right.id
            case .email, .emailDescending:
                return EmailAddress.key(of: left.email).utf8.lexicographicallyPrecedes(
                    EmailAddress.key(of: right.email).utf8)
            case .lastLogin, .lastLoginDescending:
                if left.lastLogin == right.lastLogin { return left.id < right.id }
                guard let leftTime = left.lastLogin else { return true }
                return right.lastLogin.map { leftTime < $0 } ?? false
            }
        }
        switch effectiveOrder {
        case .id, .email, .lastLogin: return isLess(left, right)
        case .idDescending, .emailDescending, .lastLoginDescending: return isLess(right, left)
        }
    }
}
