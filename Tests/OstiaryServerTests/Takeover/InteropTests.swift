// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What one of the two services does to an account is in force in the other at once.
    @Suite struct Interop {
        /// A Django with Ostiary beside it, and the accounts of a test.
        private struct Pair {
            let site: TakeoverSite
            var there: WireClient { site.there }
            var here: WireClient { site.here }

            init(_ engine: TakeoverSite.Engine) throws {
                site = try TakeoverSite(engine)
                try site.adopt()
            }

            /// An account that Django made.
            func person(_ email: String = freshEmail(), _ password: String = WireClient.password) throws -> Person {
                Person(
                    site: site, email: email,
                    id: Int(try site.value("person('\(email)', '\(password)').id")) ?? 0)
            }
        }

        private struct Person {
            let site: TakeoverSite
            let email: String
            let id: Int

            /// A column of the account's row.
            func column(_ name: String) throws -> String {
                try site.value("CustomUser.objects.get(pk=\(id)).\(name)")
            }

            func django(_ change: String) throws {
                try site.django.evaluate("p = CustomUser.objects.get(pk=\(id)); \(change)")
            }
        }

        @Test("passwords", arguments: TakeoverSite.Engine.allCases)
        func passwords(engine: TakeoverSite.Engine) throws {
            let pair = try Pair(engine)
            let person = try pair.person()
            let stored = try person.column("password")
            #expect(stored.hasPrefix("pbkdf2_sha256$1000$"))
            let session = try pair.here.tokens(person.email)
            #expect(try person.column("password") == stored, "a login here leaves the row")
            #expect(try person.column("last_login") != "None")
            #expect(try pair.there.login(person.email).status == 200)
            #expect(try person.column("password") == stored)

            let second = "another secure 7 horse"
            #expect(try pair.here.changePassword(WireClient.password, to: second, session.access).status == 200)
            let changed = try person.column("password")
            #expect(changed.wholeMatch(of: /pbkdf2_sha256\$1000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+\/]{43}=/) != nil)
            #expect(try pair.there.login(person.email).status == 401)
            #expect(try pair.there.login(person.email, second).status == 200)
            #expect(try person.column("password") == changed, "Django finds nothing to improve")
            #expect(try pair.here.login(person.email, second).status == 200)
            #expect(try person.column("password") == changed)

            let third = "a third and secure 7 horse"
            try person.django("p.set_password('\(third)'); p.save()")
            #expect(try pair.here.login(person.email, second).status == 401)
            #expect(try pair.here.login(person.email, " \(third)\u{2003}").status == 200, "white space goes, as there")
            try person.django("p.set_unusable_password(); p.save()")
            #expect(try pair.here.login(person.email, third).status == 401)

            let registered = freshEmail()
            #expect(try pair.here.register(registered, " \(second) ").status == 200)
            #expect(try pair.there.login(registered, second).status == 200)
            #expect(try pair.there.register(registered).status == 400)
            #expect(try pair.here.register(person.email).status == 400)
        }

        @Test("profiles, deactivation and deletion", arguments: TakeoverSite.Engine.allCases)
        func accounts(engine: TakeoverSite.Engine) throws {
            let pair = try Pair(engine)
            let person = try pair.person()
            let (ours, theirs) = (try pair.here.tokens(person.email), try pair.there.tokens(person.email))
            for tokens in [ours, theirs] {
                #expect(try pair.here.me(tokens.access).status == 200 && pair.there.me(tokens.access).status == 200)
            }
            #expect(try pair.there.put(#"{"username":"from there"}"#, ours.access).status == 200)
            #expect(try pair.here.me(theirs.access).member("username") == "from there")
            #expect(try pair.here.put(#"{"username":"from here"}"#, theirs.access).status == 200)
            #expect(try pair.there.me(ours.access).member("username") == "from here")

            try person.django("p.is_active = False; p.save()")
            for tokens in [ours, theirs] {
                #expect(try pair.here.me(tokens.access).status == 401)
                #expect(try pair.here.refresh(tokens.refresh).status == 400)
            }
            #expect(try pair.here.login(person.email).status == 401)
            try person.django("p.is_active = True; p.save()")

            let again = try pair.here.tokens(person.email)
            #expect(try pair.site.command(["users", "deactivate", person.email]).exit == .code(0))
            #expect(try pair.there.login(person.email).status == 401 && pair.here.me(again.access).status == 401)
            #expect(try pair.site.command(["users", "activate", person.email]).exit == .code(0))

            let last = try pair.here.tokens(person.email)
            try person.django("p.delete()")
            #expect(try pair.here.me(last.access).status == 401 && pair.here.refresh(last.refresh).status == 400)
            let sessions = "rows('SELECT COUNT(*) FROM ostiary_session WHERE user_id = \(person.id)')"
            #expect(try pair.site.value(sessions) == "[(0,)]")
            #expect(try pair.site.orphans() == "[]")
        }

        @Test(
            "a deletion here leaves nothing behind, and stops where it cannot know",
            arguments: TakeoverSite.Engine.allCases)
        func deletion(engine: TakeoverSite.Engine) throws {
            let pair = try Pair(engine)
            let person = try pair.person()
            _ = try pair.there.tokens(person.email)
            _ = try pair.here.tokens(person.email)
            try person.django(
                """
                from rest_framework_simplejwt.tokens import RefreshToken as Simple
                from django.contrib.admin.models import LogEntry
                p.groups.add(Group.objects.create(name='readers')); p.user_permissions.add(Permission.objects.first())
                Simple.for_user(p)
                LogEntry.objects.create(user=p, action_flag=2, object_repr='x', change_message='')
                from shop.models import Order; Order.objects.create(user=p, item='book')
                """.split(separator: "\n").map(String.init).joined(separator: "; "))
            let refused = try pair.site.command(["users", "delete", person.email, "--yes"])
            #expect(refused.exit != .code(0) && refused.stderr.contains("shop_order"), "\(refused)")
            #expect(try pair.here.login(person.email).status == 200)
            try pair.site.django.evaluate("from shop.models import Order; Order.objects.all().delete()")
            let deleted = try pair.site.command(["users", "delete", person.email, "--yes"])
            #expect(deleted.exit == .code(0), "\(deleted)")
            #expect(try pair.there.login(person.email).status == 401)
            #expect(try pair.site.orphans() == "[]")
            let counts = "(RefreshToken.objects.count(), Group.objects.get().user_set.count())"
            #expect(try pair.site.value(counts) == "(0, 0)")
            let outstanding = "rows('SELECT COUNT(*), COUNT(user_id) FROM token_blacklist_outstandingtoken')"
            #expect(try pair.site.value(outstanding) == "[(1, 0)]", "kept, without its user")
            #expect(try pair.site.value("rows('SELECT COUNT(*) FROM django_admin_log')") == "[(0,)]")
        }

        @Test("with the rounds of each Django as it is", arguments: DjangoService.Version.allCases)
        func rounds(version: DjangoService.Version) throws {
            let site = try TakeoverSite(.sqlite, version, rounds: nil)
            try site.django.evaluate("from django.contrib.auth.hashers import get_hasher")
            let rounds = try site.value("get_hasher().iterations")
            #expect(rounds == (version == .v51 ? "870000" : "1000000"))
            try site.adopt("shared", ["--password-hasher", "pbkdf2_sha256:\(rounds)"])
            let (mine, theirs) = (freshEmail(), freshEmail())
            #expect(try site.here.register(mine).status == 200 && site.there.register(theirs).status == 200)
            let columns = "list(CustomUser.objects.order_by('id').values_list('password', flat=True))"
            let stored = try site.value(columns)
            #expect(stored.matches(of: /pbkdf2_sha256\$(\d+)\$/).allSatisfy { $0.output.1 == rounds })
            for email in [mine, theirs] {
                #expect(try site.here.login(email).status == 200 && site.there.login(email).status == 200)
            }
            #expect(try site.value(columns) == stored, "nobody hashes anew")
        }

        @Test("a session in the admin site outlives logins here, and ends with a new password")
        func adminSession() throws {
            let pair = try Pair(.sqlite)
            try pair.site.django.evaluate("CustomUser.objects.create_superuser('root@mail.example', 'Root-pass-1')")
            let admin = try DjangoAdmin(port: pair.site.django.port, "root@mail.example", "Root-pass-1")
            let tokens = try pair.here.tokens("root@mail.example", "Root-pass-1")
            #expect(try pair.here.refresh(tokens.refresh).status == 200)
            #expect(try admin.isOpen())
            let access = try pair.here.tokens("root@mail.example", "Root-pass-1").access
            let changed = try pair.here.changePassword("Root-pass-1", to: "another secure 7 horse", access)
            #expect(try changed.status == 200 && !admin.isOpen())
        }
    }
}
