// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the audit log: the author, target, time and origin of each event.",
        subcommands: [List.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show entries, newest last.",
            discussion: """
                Refused logins are counted: one row stands for a minute, a network, an address and a cause. They come a \
                second late.
                """
        )

        @Option(
            name: .long, help: "Show one account only, by its id or e-mail address, with its refused logins.",
            transform: AccountArgument.read
        )
        var user: AccountReference?

        @Option(
            name: .long,
            help: """
                Show only entries by one author: user:42, operator:root, client, system or another program; or an \
                account, by its id or e-mail address.
                """)
        var actor: String?

        @Option(
            name: .long, help: "Show only entries about one session, by its id.", transform: SessionArgument.read)
        var session: SessionID?

        @Option(
            name: .long, help: "Show only entries from one network: an IP address, of IPv6 its /64.",
            transform: { text in
                guard let network = Network(text: text) else {
                    throw ValidationError("a network is 192.0.2.1 or 2001:db8::/64, not \"\(text.printable)\"")
                }
                return network
            })
        var address: Network?

        @Option(name: .long, help: "Show only one kind of event, such as login_refused.")
        var event: String?

        @Option(name: .long, help: "Show entries since this time: 2026-11-27T08:00:00Z, or 90s, 15m, 24h, 7d ago.")
        var since: String?

        @Option(name: .long, help: "Show entries before this time.")
        var until: String?

        @Option(name: .long, help: "The maximum number of entries, 1…10000; the newest are shown.")
        var limit = 100

        @Flag(name: .long, help: "Print a JSON array; with --follow, one JSON object per line.")
        var json = false

        @Flag(name: .long, help: "Wait for new entries and show them, until Ctrl-C.")
        var follow = false

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be in 1…10000.") }
            if let event, !AuditEvent.all.contains(where: { $0.rawValue == event }) {
                let names = AuditEvent.all.map(\.rawValue)
                let hint = nearestName(to: event, among: names).map { " Did you mean \($0)?" } ?? ""
                throw ValidationError("There is no event \(event).\(hint) There are: \(names.joined(separator: ", ")).")
            }
            for (name, text) in [("--since", since), ("--until", until)] {
                if let text, Moment.read(text, now: Timestamp.now()) == nil {
                    throw ValidationError("\(name) must be a time like 2026-11-27T08:00:00Z, or 90s, 15m, 24h, 7d.")
                }
            }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let query = try await query(installation)
                let entries = try await newest(query, in: installation.administration.audit).reversed()
                guard follow else { return try show(Array(entries)) }
                for entry in entries { try Terminal.print(line(entry)) }
                try await AuditFollowing(store: installation.administration.audit, query: query).run(
                    after: Array(entries)
                ) {
                    try Terminal.print(line($0))
                }
            }
        }

        private func query(_ installation: Installation) async throws -> AuditQuery {
            let now = Timestamp.now()
            var query = AuditQuery(
                event: event.map(AuditEvent.init(rawValue:)), since: since.flatMap { Moment.read($0, now: now) },
                until: until.flatMap { Moment.read($0, now: now) }, limit: limit)
            (query.session, query.network) = (session, address)
            if let actor { query.actor = try await name(of: actor, in: installation) }
            guard let user else { return query }
            switch user {
            case .id(let id): query.user = id
            case .email(let email):
                (query.user, query.object) = try await installation.auditSubject(email: email, in: .command)
                if query.object == nil {
                    Terminal.complain(
                        "Warning: refused logins of the address are found only with the servers' root secret (OSTIARY_ROOT_SECRET, or OSTIARY_SECRET_KEY if there is none)."
                    )
                }
                if query.user == nil, query.object == nil { throw AccountError.unknownUser }
            }
            return query
        }

        /// The newest entries, read by page: a filter without an index would else read the whole table in one statement.
        private func newest(_ query: AuditQuery, in store: any AuditStore) async throws -> [AuditEntry] {
            var (query, entries) = (query, [AuditEntry]())
            while true {
                query.limit = limit - entries.count
                let page = try await store.page(query, in: .command)
                entries += page.items
                guard entries.count < limit, let next = page.next, query.resume(at: next.text) else { return entries }
            }
        }

        /// - Parameter actor: the name of an author, or an account.
        private func name(of actor: String, in installation: Installation) async throws -> String {
            guard let account = AccountReference(actor) else { return actor }
            return "user:\(try await installation.administration.accounts.user(account, in: .command).id)"
        }

        private func line(_ entry: AuditEntry) -> String { json ? AuditText.json(entry) : AuditText.line(entry) }

        private func show(_ entries: [AuditEntry]) throws {
            guard json else { return try Terminal.table([AuditText.titles] + entries.map(AuditText.cells)) }
            try Terminal.print("[" + entries.map(AuditText.json).joined(separator: ",") + "]")
        }
    }
}

/// A time on the command line.
enum Moment {
    /// - Parameter text: a time in UTC, or an age: a number and `s`, `m`, `h` or `d`.
    static func read(_ text: String, now: Timestamp) -> Timestamp? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
            (0...1_000_000_000).contains(number)
        {
            return now.adding(seconds: -number * unit)
        }
        return Timestamp(sqlText: text)
    }
}
