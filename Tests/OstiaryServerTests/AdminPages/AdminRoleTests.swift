// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Who gets in, and how far.
    @Suite struct AdminRoles {
        private static let server = Result { try AdminServer() }
        private let server: AdminServer

        init() throws { server = try Self.server.get() }

        /// The right that each page asks for beyond being staff; an empty text for none.
        static let pages: [(path: String, right: String)] = [
            ("/admin/", ""), ("/admin/users/", "view_user"), ("/admin/users/add/", "add_user"),
            ("/admin/users/{id}/", "view_user"), ("/admin/users/{id}/password/", "view_user+change_user"),
            ("/admin/users/{id}/delete/", "view_user+delete_user"), ("/admin/sessions/", "view_session"),
            ("/admin/settings/", "view_setting"), ("/admin/settings/AUDIT_RETENTION/", "view_setting"),
            ("/admin/groups/", "view_group"), ("/admin/groups/add/", "add_group"),
            ("/admin/groups/{group}/", "view_group"), ("/admin/groups/{group}/delete/", "view_group+delete_group"),
            ("/admin/audit/", "view_audit"),
        ]

        private static let rights = [
            "view_user", "add_user", "change_user", "delete_user", "view_session", "delete_session", "view_setting",
            "change_setting", "view_group", "add_group", "change_group", "delete_group", "view_audit",
        ]

        @Test("each page is open to those with its right, and to nobody else")
        func table() throws {
            let root = try server.visitor()
            let id = try server.add(freshEmail(), by: root)
            let group = try #require(
                root.send("/admin/groups/add/", [("name", freshEmail())])["Location"]?.split(separator: "/").last)
            func path(_ pattern: String) -> String {
                pattern.replacing("{id}", with: "\(id)").replacing("{group}", with: group)
            }
            let stranger = PageVisitor(port: server.port)
            let user = PageVisitor(port: server.port)
            try user.logIn()
            for page in Self.pages {
                let led = try stranger.open(path(page.path))
                #expect(led.status == 303 && led["Location"]?.hasPrefix("/login/?next=%2Fadmin%2F") == true, "\(page)")
                #expect(try user.open(path(page.path)).status == 403, "\(page)")
                #expect(try root.open(path(page.path)).status == 200, "\(page)")
            }
            for rights in [[]] + Self.rights.map({ [$0] }) + [
                ["view_user", "change_user"], ["view_user", "delete_user"], ["view_group", "delete_group"],
            ] {
                let email = freshEmail()
                try server.add(
                    email, flags: ["is_active", "is_staff"], permissions: rights.map { "ostiary.\($0)" }, by: root)
                let clerk = try server.visitor(email)
                for page in Self.pages {
                    let needed = page.right.isEmpty ? [] : page.right.split(separator: "+").map(String.init)
                    let answer = try clerk.open(path(page.path))
                    #expect(answer.status == (needed.allSatisfy(rights.contains) ? 200 : 403), "\(rights) \(page)")
                }
                // No page leads to one that is closed.
                let links = try clerk.open("/admin/").text.matches(of: /href="(\/admin\/[^"]*)"/).map {
                    String($0.output.1)
                }
                for link in Set(links) { #expect(try clerk.open(link).status == 200, "\(rights) \(link)") }
            }
        }

        @Test("a form of somebody who is not staff does nothing")
        func notStaff() throws {
            let root = try server.visitor()
            let id = try server.add(freshEmail(), by: root)
            let user = PageVisitor(port: server.port)
            try user.logIn()
            var form = try root.form(on: "/admin/users/\(id)/")
            form["first_name"] = "Forged"
            form["_token"] = user.token
            let answer = try user.send(form)
            #expect(answer.status == 403 && answer.text.contains("Nothing was done"))
            #expect(try !root.open("/admin/users/\(id)/").text.contains("Forged"))
            #expect(try !root.open("/admin/audit/?actor=user:\(id)").text.contains("Forged"))
        }

        @Test("rights that are taken away count from the next request on")
        func taken() throws {
            let root = try server.visitor()
            let email = freshEmail()
            let id = try server.add(
                email, flags: ["is_active", "is_staff"], permissions: ["ostiary.view_user"], by: root)
            let clerk = try server.visitor(email)
            #expect(try clerk.open("/admin/users/").status == 200)
            var form = try root.form(on: "/admin/users/\(id)/")
            form["permissions"] = nil
            _ = try root.send(form)
            let page = try clerk.open("/admin/users/")
            #expect(page.status == 403 && !page.text.contains(#"href="/admin/users/""#))
            form = try root.form(on: "/admin/users/\(id)/")
            form["is_active"] = nil
            _ = try root.send(form)
            let led = try clerk.open("/admin/")
            #expect(led.status == 303 && led["Location"]?.hasPrefix("/login/") == true)
        }

        @Test("a form without the token of this browser, or from another site, does nothing")
        func forgery() throws {
            let root = try server.visitor()
            let id = try server.add(freshEmail(), by: root)
            let foreign = try server.visitor()
            try foreign.open("/admin/")
            let paths = [
                "/admin/users/add/", "/admin/users/\(id)/", "/admin/users/\(id)/password/",
                "/admin/users/\(id)/delete/",
                "/admin/users/actions/", "/admin/sessions/", "/admin/settings/AUDIT_RETENTION/", "/admin/groups/add/",
                "/admin/setup/",
            ]
            let fields = [
                ("email", "forged@mail.example"), ("password", WireClient.password), ("name", "forged"),
                ("action", "delete"), ("ids", "\(id)"), ("confirm", "1"), ("scope", "ids"), ("value", "7"),
                ("was", "90"), ("do", "save"), ("first_name", "Forged"), ("is_active", "true"),
            ]
            for path in paths {
                for (token, headers) in [
                    (nil, [("Sec-Fetch-Site", "same-origin")]), (foreign.token, [("Sec-Fetch-Site", "same-origin")]),
                    (root.token, [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")]),
                    (root.token, [("Origin", "https://evil.example")]),
                ] as [(String?, [(String, String)])] {
                    let sent = (token.map { [("_token", $0)] } ?? []) + fields
                    let answer = try root.twin.exchange(root.form(path, sent, headers))
                    #expect(answer.status == 403 && answer.text.contains("so nothing was done"), "\(path)")
                }
            }
            let page = try root.open("/admin/users/\(id)/")
            #expect(page.status == 200 && !page.text.contains("Forged"))
            #expect(try root.open("/admin/settings/AUDIT_RETENTION/").text.contains(#"name="was" value="90""#))
            #expect(try root.open("/admin/users/?search=forged@").text.contains("No accounts match these filters."))
        }

        @Test("through a proxy that nobody announced, plain http is refused; --admin insecure allows it")
        func insecure() throws {
            let visitor = PageVisitor(port: server.port)
            let away = [("X-Forwarded-For", "203.0.113.7")]
            let refused = try visitor.open("/admin/", away)
            #expect(refused.status == 403 && refused.text.contains("--public-url https://"))
            #expect(try visitor.open("/admin/setup/?token=x", away).status == 403)
            let open = try ServerProcess(["--admin", "insecure"])
            let lab = PageVisitor(port: open.port)
            #expect(try lab.open("/admin/", away).status == 303)
            #expect(open.isRunning)
        }

        @Test("the setup link shows a form until it is used, and then says that it is dead")
        func setup() throws {
            let server = try ServerProcess()
            let link = text(ofFile: server.dataDirectory + "/setup-link").split(separator: "\n").first ?? ""
            let path = String(link[try #require(link.firstRange(of: "/admin/setup/")).lowerBound...])
            let visitor = PageVisitor(port: server.port)
            #expect(try visitor.open("/login/").text.contains("<code>ostiary createsuperuser</code>"))
            for _ in 0..<3 { #expect(try visitor.open(path).status == 200, "opening it uses nothing") }
            var form = try visitor.form(on: path, to: "/admin/setup/")
            form["email"] = "root@mail.example"
            form["password"] = "1"
            let short = try visitor.send(form)
            #expect(short.status == 400 && short.text.contains(#"value="root@mail.example""#))
            form["password"] = WireClient.password
            #expect(
                try visitor.follow(visitor.send(form)).text.contains("Welcome. You have all rights on this server."))
            let second = PageVisitor(port: server.port)
            form["_token"] = try ShownForm(second.open(path), to: "/admin/setup/")["_token"]
            form["email"] = "second@mail.example"
            let dead = try second.send(form)
            #expect(dead.status == 403 && dead.text.contains("This link no longer works"))
            #expect(try !visitor.open("/login/").text.contains("createsuperuser"))
            #expect(!server.output.contains(link.suffix(32)))
        }
    }
}
