// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Show and end the open sessions of accounts.",
        subcommands: [List.self, End.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List open sessions, the one that began last first.")

        @Option(
            name: .long, help: "List only the sessions of an account, by its id or e-mail address.",
            transform: AccountArgument.read)
        var user: AccountReference?

        @Option(
            name: .long, help: "List only sessions whose login came from this IP address.",
            transform: AddressArgument.read)
        var address: IPAddress?

        @OptionGroup var page: PageOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            var query = SessionQuery()
            if let cursor = page.cursor, !query.resume(at: cursor) { throw PageOptions.misplaced }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let administration = installation.administration
                var query = SessionQuery(address: address)
                if let cursor = page.cursor { _ = query.resume(at: cursor) }
                if let user { query.user = try await administration.accounts.user(user, in: .command).id }
                let sessions = try await page.fill { rows, cursor in
                    var query = query
                    query.cursor = cursor ?? query.cursor
                    query.limits.page = rows
                    return try await administration.sessions.list(query, in: .command)
                }
                sessions.tellMore()
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for session in sessions.items { json.session(session) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["ID", "USER", "EMAIL", "BEGAN", "LAST USED", "ADDRESS", "BROWSER"]]
                        + sessions.items.map(row))
            }
        }

        private func row(_ session: ListedSession) -> [String] {
            let record = session.record
            return [
                record.id.description, String(session.user), session.email, record.startedAt.iso8601,
                record.lastUsedAt.iso8601, record.origin.address?.description ?? "-", record.origin.browser,
            ]
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end", abstract: "End sessions: their tokens are refused within a second.",
            discussion: "The exit code is 1 if no session was ended."
        )

        @Argument(help: "The ids of sessions, as `sessions list` shows them.", transform: SessionArgument.read)
        var ids: [SessionID] = []

        @Option(
            name: .long, help: "End all sessions of an account, by its id or e-mail address.",
            transform: AccountArgument.read)
        var user: AccountReference?

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard ids.isEmpty != (user == nil) else { throw ValidationError("Give either ids or --user.") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let administration = installation.administration
                var counts = ActionCounts()
                if let user {
                    let id = try await administration.accounts.user(user, in: .command).id
                    counts.done = try await administration.sessions.endAll(of: id, but: nil, in: .command)
                } else {
                    counts = try await administration.sessions.end(ids, in: .command)
                }
                try show(counts)
                if counts.done == 0 { throw ExitCode(1) }
            }
        }

        private func show(_ counts: ActionCounts) throws {
            guard output.json else {
                let missing = counts.notFound > 0 ? " \(counts.notFound) not found." : ""
                return try Terminal.print(
                    "\(counts.done) \(counts.done == 1 ? "session" : "sessions") ended.\(missing)")
            }
            try Terminal.document { json in
                json.beginObject()
                json.member("ended", Int64(counts.done))
                json.member("not_found", Int64(counts.notFound))
                json.endObject()
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func session(_ session: ListedSession) {
        let record = session.record
        beginObject()
        member("id", record.id.description)
        key("user")
        beginObject()
        member("id", session.user)
        member("email", session.email)
        endObject()
        member("started_at", record.startedAt.iso8601)
        member("last_used_at", record.lastUsedAt.iso8601)
        member("address", optional: record.origin.address?.description)
        member("user_agent", optional: record.origin.userAgent)
        member("browser", record.origin.browser)
        member("amr", session.authentication.methods.map(\.rawValue))
        endObject()
    }
}

enum SessionArgument {
    /// - Throws: `ValidationError`.
    static func read(_ text: String) throws -> SessionID {
        guard let id = SessionID(text) else {
            throw ValidationError("a session is named by its id, which is a UUID, not \"\(text.printable)\"")
        }
        return id
    }
}

enum AddressArgument {
    /// - Throws: `ValidationError`.
    static func read(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValidationError("an address is 192.0.2.1 or 2001:db8::1, not \"\(text.printable)\"")
        }
        return address
    }
}
