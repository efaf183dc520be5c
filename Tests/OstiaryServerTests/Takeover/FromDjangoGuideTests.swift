// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the guide from Django says, as it is written there. The way back is taken by another test.
    @Suite struct FromDjangoGuide {
        private let page: Page

        init() throws { page = try Page("docs/guides/from-django.md") }

        @Test("its lines for Django are those of the service that the tests use")
        func python() throws {
            let site = try TakeoverSite(.sqlite, starts: false)
            let blocks = page.blocks("python")
            try #require(blocks.count == 2)
            try site.django.evaluate("names = {}; exec(\(jsonText(blocks[0])), names)")
            try site.django.evaluate("from django.conf import settings; here = settings.DATABASES['default']")
            let option = "'transaction_mode'"
            let theirs = "names['DATABASES']['default']['OPTIONS'][\(option)]"
            #expect(try site.value("(\(theirs), here['OPTIONS'][\(option)])") == "('IMMEDIATE', 'IMMEDIATE')")
            func lines(_ text: String) -> String {
                text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
            }
            let views = text(ofFile: "\(Page.root)/Tests/OstiaryServerTests/Takeover/Django/auth_api/views.py")
            let guarded = lines(blocks[1]).replacing("if not", with: "if settings.GUARDED and not")
            #expect(lines(views).contains(guarded))
        }

        @Test("its commands print what it says, and its routes are those that the tests move")
        func commands() throws {
            let site = try TakeoverSite(.sqlite, rounds: nil)
            for email in ["ada@example.com", "root@example.com"] {
                try site.django.evaluate("p = person('\(email)', 'securepassword')")
            }
            try site.django.evaluate("RefreshToken.objects.create(user=p)")
            let directory = try TemporaryDirectory()
            func reader(_ port: UInt16) throws -> Reader {
                try Reader(
                    port: port, in: directory,
                    replacing: [
                        ("/srv/shop/db.sqlite3", site.database), ("127.0.0.1:8001", "127.0.0.1:\(site.django.port)"),
                        ("redis://127.0.0.1:6379", site.redis.url),
                    ])
            }
            let check = try page.blocks("console", under: "1. Ask what has to be done")
            try reader(0).follow(check, after: ["export DJANGO_SECRET_KEY='\(TakeoverSite.key)'"])

            let start = try #require(try page.blocks("sh", under: "3. Start it beside Django").first)
            let arguments = try reader(0).here(start.replacing("\\\n", with: "")).split { $0 == " " || $0.isNewline }
            #expect(arguments.prefix(2) == ["ostiary", "serve"])
            let server = try ServerProcess(arguments.dropFirst(2).map(String.init), secretKey: TakeoverSite.key)
            try reader(server.port).follow(try page.blocks("console", under: "3. Start it beside Django"))
            #expect(server.terminate() == .code(0))

            let record = try #require(try page.blocks("sh", under: "A new column").first)
            let flags = try site.adoption() + ["--password-hasher", "pbkdf2_sha256:1000000"]
            let words = flags.map { "'\($0)'" }.joined(separator: " ")
            let recorded = try reader(0).bash(
                "cd '\(directory.path)'; OSTIARY_SECRET_KEY='\(TakeoverSite.key)' \(record.dropLast()) \(words)")
            #expect(recorded.exit == .code(0), "\(recorded)")
            #expect(page.blocks("sh").count == 2, "each is run")

            let routes = try page.blocks("nginx", under: "4. Put nginx before both").joined()
            #expect(routes == Front.Path.allCases.map { "\(Front.route($0))\n" }.joined())
        }
    }
}
