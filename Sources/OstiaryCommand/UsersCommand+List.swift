// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension UsersCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List accounts. Filters are combined.")

        @Option(name: .long, help: "An id, or the beginning of an e-mail address in any case of its letters.")
        var search: String?

        @Option(name: .long, help: "The exact display name.")
        var name: String?

        @Flag(name: .long, help: "List only members of the staff.")
        var staff = false

        @Flag(name: .long, help: "List only superusers.")
        var superuser = false

        @Flag(name: .long, help: "List only accounts that cannot log in.")
        var inactive = false

        @Option(name: .long, help: "List only members of a group, given by its id or name.")
        var group: String?

        @Flag(name: .long, help: "List only accounts that never logged in.")
        var neverLoggedIn = false

        @Option(name: .long, help: "Last login before this time: 2026-11-27T08:00:00Z, or 90s, 15m, 24h, 180d ago.")
        var lastLoginBefore: String?

        @Option(
            name: .long, parsing: .unconditional, help: "The order, one of \(Self.orders); a minus reverses it.",
            transform: Self.order(_:))
        var order: UserQuery.Order?

        @Option(name: .long, help: "List only accounts with a greater id.")
        var after: Int64?

        @OptionGroup var page: PageOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        private static let orders = UserQuery.Order.allCases.map(\.rawValue).joined(separator: ", ")

        private static func order(_ text: String) throws -> UserQuery.Order {
            guard let order = UserQuery.Order(rawValue: text) else {
                throw ValidationError("an order is one of \(orders), not \"\(text.printable)\"")
            }
            return order
        }

        func validate() throws {
            if let lastLoginBefore, Moment.read(lastLoginBefore, now: Timestamp.now()) == nil {
                throw ValidationError(
                    "--last-login-before must be a time like 2026-11-27T08:00:00Z, or 90s, 15m, 24h, 7d.")
            }
            var query = query
            guard page.cursor == nil || after == nil else {
                throw ValidationError("--cursor and --after exclude each other.")
            }
            guard after == nil || query.effectiveOrder == .id else {
                throw ValidationError("--after needs the order by id: add --order id.")
            }
            if let cursor = page.cursor, !query.resume(at: cursor) { throw PageOptions.misplaced }
        }

        /// The query without its group.
        private var query: UserQuery {
            UserQuery(
                search: search.map(UserQuery.Search.init), name: name, isActive: inactive ? false : nil,
                isStaff: staff ? true : nil, isSuperuser: superuser ? true : nil,
                lastLoginBefore: lastLoginBefore.flatMap { Moment.read($0, now: Timestamp.now()) },
                neverLoggedIn: neverLoggedIn, order: order)
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let administration = installation.administration
                var query = query
                if let cursor = page.cursor { _ = query.resume(at: cursor) }
                if let after { query.cursor = query.cursor(behind: .id(after)) }
                if let group { query.group = try await administration.groups.group(namedOrWithID: group).id }
                let users = try await page.fill { rows, cursor in
                    var query = query
                    query.cursor = cursor ?? query.cursor
                    query.limits.page = rows
                    return try await administration.accounts.list(query, in: .command)
                }
                users.tellMore()
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for user in users.items { json.user(user, showsVerification: installation.mail.isOn) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["ID", "EMAIL", "USERNAME", "ACTIVE", "STAFF", "SUPERUSER", "LAST LOGIN"]]
                        + users.items.map(row)
                )
            }
        }

        private func row(_ user: User) -> [String] {
            [
                String(user.id), user.email, user.username, yes(user.isActive), yes(user.isStaff),
                yes(user.isSuperuser), user.lastLogin?.iso8601 ?? "never",
            ]
        }
    }
}
