// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A migration of Django while a server uses its tables. On SQLite it makes the table of users anew, without the
    /// indexes of ours.
    @Suite struct DjangoMigrations {
        private static let indexes: [TakeoverSite.Engine: String] = [
            .sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = 'ostiary_user_email'",
            .postgres: "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'ostiary_user_email'",
        ]

        @Test(
            "logins go on, a registration is refused with a reason, the index comes back",
            arguments: TakeoverSite.Engine.allCases)
        func columns(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine, starts: false)
            let server = try site.adopt()
            let index = "rows(\"\"\"\(Self.indexes[engine] ?? "")\"\"\")"
            #expect(try site.value(index) == "[(1,)]")
            let email = freshEmail()
            try site.here.enrol(email)
            let tokens = try site.here.tokens(email)
            #expect(try site.here.tokens(email.uppercased()).access != tokens.access)

            site.django.change([.later])
            try site.django.migrate()
            if engine == .sqlite { #expect(try site.value(index) == "[(0,)]", "Django has thrown it away") }
            #expect(try site.here.login(email).status == 200)
            #expect(try site.here.me(tokens.access).status == 200)
            #expect(try site.here.put(#"{"username":"me"}"#, tokens.access).status == 200)
            let next = try Tokens(site.here.refresh(tokens.refresh))
            for _ in 0..<3 {
                let refused = try site.here.register(freshEmail())
                #expect(refused.status == 503 && refused["Retry-After"] != nil, "\(refused)")
            }
            let told = server.output.split(separator: "\n").filter { $0.contains("phone") }
            #expect(told.count == 1 && told[0].contains("ostiary adopt --check"), "\(server.output.suffix(3000))")
            #expect(try site.here.logout(next.refresh).status == 200)

            let isBack: Bool? = try waitUntil(90, every: 500_000) { try site.value(index) == "[(1,)]" ? true : nil }
            #expect(isBack == true)
            #expect(try site.here.login(email.uppercased()).status == 200)
            #expect(try site.here.register(email.uppercased()).status == 400, "still taken")
            #expect(server.terminate() == .code(0))
        }
    }
}
