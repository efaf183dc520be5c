// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The accounts, tokens and key of a service that once ran, in `facts.json`.
    @Suite struct RecordedService {
        private struct Facts {
            struct User {
                let email: String
                let password: String
                let isActive: Bool
                /// Until 2099, and one that has expired.
                let access: String
                let expiredAccess: String
            }

            let key: String
            var users: [User] = []
            /// By kind.
            var tokens: [String: String] = [:]

            static let path = "\(Page.root)/Tests/OstiaryServerTests/Takeover/facts.json"

            init() throws {
                let json = try JSONReader.read(Array(OstiaryTestSupport.text(ofFile: Self.path).utf8))
                key = try Self.text(json, "SECRET_KEY")
                for user in try Self.list(json, "users") {
                    users.append(
                        User(
                            email: try Self.text(user, "email"), password: try Self.text(user, "password"),
                            isActive: try Self.text(user, "kind") != "inactive",
                            access: try Self.text(user, "access_token_until_2099"),
                            expiredAccess: try Self.text(user, "access_token_expired")))
                }
                for token in try Self.list(json, "refresh_tokens") {
                    tokens[try Self.text(token, "kind")] = try Self.text(token, "token")
                }
                guard users.count == 3, tokens.count == 3 else { throw Failure("other facts") }
            }

            private static func text(_ json: JSONValue, _ name: String) throws -> String {
                guard case .object(let members) = json, case .string(let value)? = members[name] else {
                    throw Failure("no \(name)")
                }
                return value.text
            }

            private static func list(_ json: JSONValue, _ name: String) throws -> [JSONValue] {
                guard case .object(let members) = json, case .array(let values)? = members[name] else {
                    throw Failure("no \(name)")
                }
                return values
            }
        }

        private func check(_ result: CommandResult) {
            #expect(result.exit == .code(0), "\(result)")
        }

        @Test("its people go on, its tables stay as they were", arguments: TakeoverSite.Engine.allCases)
        func adopted(engine: TakeoverSite.Engine) throws {
            let facts = try Facts()
            let site = try TakeoverSite(engine, .v51, rounds: 870_000, key: facts.key, starts: false, [.bare])
            try site.django.evaluate("load_facts('\(Facts.path)')")
            let before = try site.schema()
            #expect(before.contains("auth_api_refreshtoken") && !before.contains("ostiary_"))
            let passwords = "list(CustomUser.objects.order_by('id').values_list('password', flat=True))"
            let stored = try site.value(passwords)

            try site.adopt("shared", key: facts.key)
            for user in facts.users {
                let login = try site.here.login(user.email, user.password)
                #expect(login.status == (user.isActive ? 200 : 401), "\(user.email)")
                #expect(try site.here.me(user.access).status == (user.isActive ? 200 : 401))
                #expect(try site.here.me(user.expiredAccess).status == 401)
                #expect(try site.here.login(user.email, "\(user.password)x").status == 401)
            }
            let valid = try #require(facts.tokens["valid"])
            let answer = try site.here.refresh(valid)
            #expect(answer.status == 200, "\(answer)")
            let next = try Tokens(answer)
            #expect(try site.here.me(next.access).member("email") == "alice@example.com")
            #expect(try site.here.refresh(valid).endsSession, "once")
            #expect(try site.here.refresh(next.refresh).endsSession, "a replay ends the session")
            #expect(try site.here.refresh(try #require(facts.tokens["expired"])).endsSession)
            #expect(try site.here.refresh(try #require(facts.tokens["valid, owner inactive"])).endsSession)
            let left = "' '.join(sorted(str(r.token) for r in RefreshToken.objects.filter(id__in=[1, 2, 3])))"
            let expired = try #require(facts.tokens["expired"])
            #expect(try site.value(left).contains(expired), "an expired row stays")

            #expect(try site.value(passwords) == stored)
            expectSame(try site.changes(since: before))
            check(try site.django.manage("makemigrations", "--check", "--dry-run"))
            check(try site.django.manage("migrate", "--check"))
            check(try site.django.manage("check"))
            #expect(site.servers[0].terminate() == .code(0))
            expectSame(try site.changes(since: before))
            #expect(try site.orphans() == "[]")
        }
    }
}
