// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Accounts on the pages of the administration, on the real server.
    @Suite struct AdminUsers {
        private static let server = Result { try AdminServer() }
        private let server: AdminServer
        private let root: PageVisitor

        init() throws {
            server = try Self.server.get()
            root = try server.visitor()
        }

        @Test("an account is added, found, changed and deleted, and each step says so")
        func life() throws {
            let email = freshEmail()
            let id = try server.add(email, by: root)
            let page = try root.open("/admin/users/\(id)/")
            #expect(page.text.contains("The account is added.") && page.text.contains("argon2id"))
            #expect(try !root.open("/admin/users/\(id)/").text.contains("The account is added."), "said once")
            for query in [
                "search=\(id)", "search=\(email.prefix(9))&active=true", "search=\(email)&never_logged_in=true",
            ] {
                #expect(try root.open("/admin/users/?\(query)").text.contains(email), "\(query)")
            }
            #expect(try !root.open("/admin/users/?search=\(email)&staff=true").text.contains("/admin/users/\(id)/"))

            var form = try root.form(on: "/admin/users/\(id)/")
            form["first_name"] = "Ada"
            form["further_permissions"] = "shop.change_order\r\nshop.view_order"
            form.add("permissions", "ostiary.view_user")
            form["is_staff"] = "true"
            let changed = try root.follow(root.send(form))
            #expect(changed.text.contains("The account is changed.") && changed.text.contains(#"value="Ada""#))
            form = try root.form(on: "/admin/users/\(id)/")
            #expect(form["further_permissions"] == "shop.change_order\nshop.view_order" && form["is_staff"] == "true")
            #expect(try root.follow(root.send(form)).text.contains("Nothing was changed."))

            _ = try WireClient(port: server.port).tokens(email)
            form["is_active"] = nil
            let left = try root.follow(root.send(form))
            #expect(left.text.contains("The account is deactivated; 1 session ended."), "\(left)")
            #expect(try WireClient(port: server.port).login(email).status == 401)

            let question = try root.open("/admin/users/\(id)/delete/")
            #expect(question.text.contains("With the account go:") && question.text.contains("no live session"))
            let gone = try root.follow(root.send(ShownForm(question, to: "/admin/users/\(id)/delete/")))
            #expect(gone.text.contains("The account is deleted."))
            let lost = try root.open("/admin/users/\(id)/")
            #expect(lost.status == 404 && lost.text.contains(#"<a href="/admin/users/">Back to Users</a>"#))
        }

        @Test("a refused form keeps what was typed, and its messages stand beside their inputs")
        func refused() throws {
            var form = try root.form(on: "/admin/users/add/")
            form["email"] = "nobody"
            form["first_name"] = "Grace"
            form["password"] = "123"
            let refused = try root.send(form)
            #expect(refused.status == 400 && refused.text.contains("Enter an e-mail address"))
            #expect(refused.text.contains(#"value="nobody""#) && refused.text.contains(#"value="Grace""#))
            #expect(!refused.text.contains(#"value="123""#))
            form["email"] = AdminServer.root
            form["password"] = WireClient.password
            #expect(try root.send(form).text.contains("An account with this e-mail address exists already."))
        }

        @Test("a form that was open for long changes only what was changed in it")
        func overtaken() throws {
            let id = try server.add(freshEmail(), by: root)
            var (first, second) = (try root.form(on: "/admin/users/\(id)/"), try root.form(on: "/admin/users/\(id)/"))
            first["first_name"] = "Ada"
            second["last_name"] = "Lovelace"
            _ = try (root.send(first), root.send(second))
            let both = try root.form(on: "/admin/users/\(id)/")
            #expect(both["first_name"] == "Ada" && both["last_name"] == "Lovelace")
        }

        @Test("a password that is set ends the sessions, and has to be changed at the next login if that is wanted")
        func password() throws {
            let email = freshEmail()
            let id = try server.add(email, by: root)
            _ = try WireClient(port: server.port).tokens(email)
            var form = try root.form(on: "/admin/users/\(id)/password/")
            #expect(form["must_change"] == "true")
            form["password"] = "short"
            #expect(try root.send(form).status == 400)
            form["password"] = "another horse 8 battery"
            #expect(try root.follow(root.send(form)).text.contains("The password is set; 1 session ended."))
            let visitor = PageVisitor(port: server.port)
            try visitor.open("/login/")
            let login = try visitor.send("/login/", [("email", email), ("password", "another horse 8 battery")])
            #expect(login["Location"] == "/api/password/")
            #expect(try visitor.follow(login).text.contains("Somebody else set your password."))
        }

        @Test("more than a page of accounts is read by further pages, in each order and both ways")
        func pages() throws {
            let prefix = "page\(freshEmail().filter(\.isNumber))-"
            let client = WireClient(port: server.port)
            for number in 0..<60 { try client.enrol("\(prefix)\(number)@mail.example") }
            for order in ["id", "-id", "email", "-email"] {
                var (path, seen): (String?, [String]) = ("/admin/users/?search=\(prefix)&order=\(order)", [])
                for _ in 0..<3 {
                    guard let next = path else { break }
                    let page = try root.open(next)
                    #expect(page.status == 200, "\(order): \(page)")
                    seen += page.text.matches(of: /<a href="\/admin\/users\/\d+\/"><bdi>([^<]*)/).map {
                        String($0.output.1)
                    }
                    path = page.text.firstMatch(of: /rel="next" href="([^"]*)"/).map { ShownForm.text($0.output.1) }
                }
                #expect(seen.count == 60 && Set(seen).count == 60 && path == nil, "\(order): \(seen.count)")
            }
            let sorted = try root.open("/admin/users/?search=\(prefix)&order=-email")
            #expect(sorted.text.contains(#"aria-sort="descending""#))
            for bad in ["cursor=x", "order=email&cursor=WzFd", "active=perhaps", "group=x"] {
                let refused = try root.open("/admin/users/?\(bad)")
                #expect(refused.status == 400 && refused.text.contains("<h1>"), "\(bad)")
            }
        }

        @Test("an action for many asks first, with the number, and is done to the selected or to all that match")
        func many() throws {
            let prefix = "many\(freshEmail().filter(\.isNumber))-"
            let ids = try (0..<5).map { try server.add("\(prefix)\($0)@mail.example", by: root) }
            var form = try root.form(on: "/admin/users/?search=\(prefix)", to: "/admin/users/actions/")
            form["action"] = "deactivate"
            #expect(try root.follow(root.send(form)).text.contains("Nothing was selected"))
            for id in ids.prefix(2) { form.add("ids", "\(id)") }
            let question = try root.send(form)
            #expect(question.status == 200 && question.text.contains("Deactivate 2 accounts?"))
            #expect(
                question.text.contains("\(prefix)0@mail.example") && !question.text.contains("\(prefix)2@mail.example"))
            let done = try root.follow(root.send(ShownForm(question, to: "/admin/users/actions/")))
            #expect(done.text.contains("2 accounts deactivated.") && done.text.contains("\(prefix)4@mail.example"))

            form = try root.form(on: "/admin/users/?search=\(prefix)", to: "/admin/users/actions/")
            form["action"] = "delete"
            form["scope"] = "all"
            let all = try root.send(form)
            #expect(all.text.contains("Delete 5 accounts?") && all.text.contains(prefix))
            var confirmation = try ShownForm(all, to: "/admin/users/actions/")
            try server.add("\(prefix)5@mail.example", by: root)
            let again = try root.send(confirmation)
            #expect(
                again.status == 200 && again.text.contains("Delete 6 accounts?"), "the number has changed: \(again)")
            confirmation = try ShownForm(again, to: "/admin/users/actions/")
            #expect(try root.follow(root.send(confirmation)).text.contains("6 accounts deleted."))
        }

        @Test("who may not do everything is told beside the form, and keeps what was typed")
        func climbing() throws {
            let email = freshEmail()
            try server.add(
                email, flags: ["is_active", "is_staff"], permissions: ["ostiary.view_user", "ostiary.change_user"],
                by: root)
            let clerk = try server.visitor(email)
            let id = try server.add(freshEmail(), by: root)
            var form = try clerk.form(on: "/admin/users/\(id)/")
            form.add("permissions", "ostiary.delete_user")
            form["first_name"] = "Ada"
            let refused = try clerk.send(form)
            #expect(
                refused.status == 403 && refused.text.contains(#"role="alert""#)
                    && refused.text.contains(#"value="Ada""#))
            let chief = try root.open("/admin/users/?search=\(AdminServer.root)").text
                .firstMatch(of: /href="\/admin\/users\/(\d+)\/"/)?.output.1
            let page = try clerk.open("/admin/users/\(try #require(chief))/")
            #expect(page.status == 200 && page.text.contains("but not change it") && !page.text.contains("/password/"))
        }
    }
}
