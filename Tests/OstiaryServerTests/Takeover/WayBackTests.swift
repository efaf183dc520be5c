// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The way back to Django alone.
    @Suite struct WayBack {
        @Test("Django alone knows everybody and every token", arguments: TakeoverSite.Engine.allCases)
        func wayBack(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine)
            let before = try site.schema()
            let (there, here) = (site.there, try site.adopt())
            let client = WireClient(port: here.port)
            let emails = (0..<4).map { _ in freshEmail() }
            try there.enrol(emails[0])
            for email in emails.dropFirst() { try client.enrol(email) }

            // A token of each origin, each the last one of its session.
            var live: [Tokens] = []
            let legacy = try there.tokens(emails[0])
            live.append(legacy)
            live.append(try Tokens(client.refresh(there.tokens(emails[0]).refresh)))
            for email in emails { live.append(try client.tokens(email)) }
            live.append(try Tokens(client.refresh(client.tokens(emails[1]).refresh)))
            live.append(try Tokens(there.refresh(client.tokens(emails[1]).refresh)))
            let spent = try client.tokens(emails[2])
            live.append(try Tokens(client.refresh(spent.refresh)))
            let loggedOut = try client.tokens(emails[2])
            #expect(try client.logout(loggedOut.refresh).status == 200)
            let changing = try client.tokens(emails[3])
            let next = "another secure 7 horse"
            #expect(try client.changePassword(WireClient.password, to: next, changing.access).status == 200)
            // That has ended the sessions before it.
            let ended = live.remove(at: 5)
            #expect(try site.value("disagreements()") == "[]")

            #expect(here.terminate() == .code(0))
            try site.dropTables()
            expectSame(try site.changes(since: before))
            for tokens in live {
                #expect(try there.me(tokens.access).status == 200)
                let answer = try there.refresh(tokens.refresh)
                #expect(answer.status == 200, "\(answer)")
            }
            for tokens in [spent, loggedOut, ended] { #expect(try there.refresh(tokens.refresh).endsSession) }
            for email in emails.dropLast() { #expect(try there.login(email).status == 200) }
            #expect(try there.login(emails[3], next).status == 200)
        }
    }
}

extension TakeoverSite {
    /// Deletes everything of ours by the commands of the guide.
    func dropTables() throws {
        let commands = try Page("docs/guides/from-django.md").blocks("sql", under: "Back to Django alone")
        guard commands.count == 2 else { throw Failure("not the commands of the two databases") }
        switch engine {
        case .postgres: try PostgresServer.shared.get().query(commands[0], in: database)
        case .sqlite:
            // The first statement finds the others.
            let statements = try value(#"chr(10).join(row[0] for row in rows(r"""\#(commands[1])"""))"#)
            for statement in statements.split(separator: "\n") { _ = try value(#"rows("""\#(statement)""")"#) }
        }
    }
}
