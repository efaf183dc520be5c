// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Sessions, settings, groups, audit log and overview on the pages of the administration.
    @Suite struct AdminSections {
        private static let server = Result { try AdminServer(environment: ["OSTIARY_LOGIN_MAX_WAIT": "3"]) }
        private let server: AdminServer
        private let root: PageVisitor

        init() throws {
            server = try Self.server.get()
            root = try server.visitor()
        }

        private func tokens(_ email: String, agent: String = "curl/8.5.0") throws -> Tokens {
            let json = "{\"email\":\(jsonText(email)),\"password\":\(jsonText(WireClient.password))}"
            return try Tokens(
                WireClient(port: server.port).exchange(
                    WireRequest("POST", "/api/login/", [("User-Agent", agent)], json: json)))
        }

        @Test("one session ends, the selected ones, and all of an account after a question")
        func sessions() throws {
            let email = freshEmail()
            let client = WireClient(port: server.port)
            let id = try client.enrol(email)
            let all = try (0..<5).map { _ in try tokens(email) }
            let path = "/admin/sessions/?user=\(id)"
            let page = try root.open(path)
            #expect(page.text.matches(of: /name="only"/).count == 5 && page.text.contains("curl"))
            let ids = page.text.matches(of: /name="ids" value="([^"]*)"/).map { String($0.output.1) }
            var form = try ShownForm(page, to: path)
            form.add("only", ids[0])
            #expect(try root.follow(root.send(form)).text.contains("1 session ended."))
            #expect(try root.follow(root.send(form)).text.contains("The session had ended already."))
            form = try root.form(on: path)
            for id in ids[1...2] { form.add("ids", id) }
            form.add("action", "ticked")
            #expect(try root.follow(root.send(form)).text.contains("2 sessions ended."))
            form = try root.form(on: path)
            form.add("account", "\(id)")
            let question = try root.send(form)
            #expect(
                question.text.contains("End all sessions of <bdi>\(email)</bdi>?")
                    && question.text.contains("2 sessions"))
            var confirmation = try ShownForm(question, to: path)
            confirmation.add("confirmed", "true")
            #expect(try root.follow(root.send(confirmation)).text.contains("No sessions match these filters."))
            for pair in all { #expect(try client.me(pair.access).status == 401) }
        }

        @Test("a setting is changed, told to who was second, previewed and unset")
        func settings() throws {
            let path = "/admin/settings/AUDIT_RETENTION/"
            var (first, second) = (try root.form(on: path), try root.form(on: path))
            first["value"] = "40"
            first.add("do", "save")
            #expect(try root.follow(root.send(first)).text.contains("The setting is changed."))
            second["value"] = "50"
            second.add("do", "save")
            let told = try root.send(second)
            #expect(
                told.status == 409 && told.text.contains("It is now <bdi>40 days</bdi>")
                    && told.text.contains(#"value="50""#))
            var third = try ShownForm(told, to: path)
            third.add("do", "save")
            #expect(try root.follow(root.send(third)).text.contains("The setting is changed."))
            third["was"] = "50"
            third["value"] = "many"
            #expect(try root.send(third).status == 400)
            var unset = try root.form(on: path)
            unset.add("do", "unset")
            let page = try root.follow(root.send(unset))
            #expect(page.text.contains("The setting has its default value again."))
            #expect(page.text.matches(of: /<tr><th scope="row"><time/).count >= 3, "the history: \(page.text)")

            let lifetime = "/admin/settings/SESSION_MAX_LIFETIME/"
            var shorter = try root.form(on: lifetime)
            shorter["value"] = "315360000"
            shorter.add("do", "preview")
            #expect(try root.send(shorter).text.contains("No session would end."))

            let pinned = try root.open("/admin/settings/LOGIN_MAX_WAIT/")
            #expect(pinned.text.contains("OSTIARY_LOGIN_MAX_WAIT") && !pinned.text.contains(#"name="was""#))
            let crafted = try root.send(
                "/admin/settings/LOGIN_MAX_WAIT/", [("was", "3"), ("value", "5"), ("do", "save")])
            #expect(crafted.status == 409)
            #expect(try root.open("/admin/settings/NOTHING/").status == 404)
        }

        @Test("a group is added, changed, gets and loses members, and is deleted")
        func groups() throws {
            let name = "support <b>\(freshEmail())</b>"
            var form = try root.form(on: "/admin/groups/add/")
            form["name"] = name
            form.add("permissions", "ostiary.view_user")
            let added = try root.send(form)
            let path = try #require(added["Location"])
            #expect(try root.follow(added).text.contains("The group is added."))
            #expect(try root.open("/admin/groups/").text.contains("&lt;b&gt;"))
            #expect(try root.send(form).text.contains("There is another group of this name."))

            let (email, second) = (freshEmail(), freshEmail())
            let ids = try [email, second].map { try WireClient(port: server.port).enrol($0) }
            for member in [" \(email.uppercased()) ", "\(ids[1])"] {
                let answer = try root.send(path, [("do", "add"), ("member", member)])
                #expect(try root.follow(answer).text.contains("is a member of the group"), "\(answer)")
            }
            let nobody = try root.send(path, [("do", "add"), ("member", "nobody@nowhere.example")])
            #expect(nobody.status == 400 && nobody.text.contains("There is no such account."))
            let members = try root.open(path)
            #expect(members.text.contains(email) && members.text.contains(second))
            #expect(try root.open("/admin/users/\(ids[0])/").text.contains("&lt;b&gt;"), "the account names the group")
            let removed = try root.send(path, [("do", "remove"), ("ids", "\(ids[0])")])
            #expect(try root.follow(removed).text.contains("1 account removed from the group."))

            form = try root.form(on: path)
            form["further_permissions"] = "shop.view_order"
            #expect(try root.follow(root.send(form)).text.contains("The group is changed."))
            let question = try root.open("\(path)delete/")
            #expect(question.text.contains("<code>shop.view_order</code>"))
            #expect(
                try root.follow(root.send(ShownForm(question, to: "\(path)delete/"))).text.contains(
                    "The group is deleted."))
            #expect(try root.open(path).status == 404)
        }

        @Test("the audit log shows who did what, with old and new values, and refused logins")
        func audit() throws {
            let email = freshEmail()
            let id = try server.add(email, by: root)
            var form = try root.form(on: "/admin/users/\(id)/")
            form["first_name"] = "Ada"
            _ = try root.send(form)
            for _ in 0..<3 { _ = try WireClient(port: server.port).login(email, "wrong") }
            let page = try root.open("/admin/audit/?user=\(id)")
            #expect(page.text.contains("Account created") && page.text.contains("<bdi>first_name</bdi>"))
            #expect(page.text.contains("<bdi>Ada</bdi>"))
            let refused: Bool? = waitUntil(10) {
                (try? root.open("/admin/audit/?user=\(id)&event=login_refused").text.contains(
                    #"<td data-label="Event"><div>Login refused"#)) == true ? true : nil
            }
            #expect(refused == true)
            let none = try root.open("/admin/audit/?user=999999999")
            #expect(none.text.contains("No entries match these filters."))
            #expect(try root.open("/admin/audit/?since=x").status == 400)
        }

        @Test("the overview shows the state, the findings and a drawing with its numbers")
        func overview() throws {
            let page = try root.open("/admin/")
            #expect(page.status == 200 && page.text.contains("Your address as seen") && page.text.contains("127.0.0.1"))
            #expect(
                page.text.contains(#"<svg class="chart""#) && page.text.matches(of: /data-label="Refusals"/).count == 24
            )
        }
    }
}
