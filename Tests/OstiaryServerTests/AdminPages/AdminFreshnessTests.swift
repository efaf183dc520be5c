// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Pages that demand a password given a short time ago. The clock of the server jumps, so each test has its own.
    @Suite struct AdminFreshness {
        @Test("a form that was filled for ten minutes asks for the password and goes on with its content")
        func goesOn() throws {
            let server = try AdminServer()
            let root = try server.visitor()
            let id = try server.add(freshEmail(), by: root)
            var form = try root.form(on: "/admin/users/\(id)/")
            form["username"] = "<Ada> & \"co\""
            form["email"] = "moved@mail.example"
            form.add("permissions", "ostiary.view_user")
            try server.clock.set(700)
            let question = try root.send(form)
            #expect(question.status == 403 && question.text.contains("Confirm that it is you"))
            #expect(!question.text.contains(#"type="password" value="#))
            var confirmation = try ShownForm(question, to: "/admin/users/\(id)/")
            #expect(confirmation["username"] == "<Ada> & \"co\"" && confirmation["permissions"] == "ostiary.view_user")

            let before = try #require(root.tokens)
            confirmation["_own_password"] = "wrong"
            let refused = try root.send(confirmation)
            #expect(refused.status == 401 && refused.text.contains("The password is wrong."))
            #expect(root.tokens?.refresh == before.refresh)
            confirmation = try ShownForm(refused, to: "/admin/users/\(id)/")
            confirmation["_own_password"] = WireClient.password
            let secret = root["ostiary-browser"]
            let done = try root.follow(root.send(confirmation))
            #expect(done.text.contains("The account is changed.") && done.text.contains("moved@mail.example"))
            #expect(root.tokens?.refresh != before.refresh && root["ostiary-browser"] != secret)
            #expect(try WireClient(port: server.port).me(before.access).status == 401, "the session before has ended")
        }

        @Test("the page for a password asks for the own one first, so that nobody types the new one twice")
        func password() throws {
            let server = try AdminServer()
            let root = try server.visitor()
            let id = try server.add(freshEmail(), by: root)
            let path = "/admin/users/\(id)/password/"
            let open = try root.form(on: path)
            try server.clock.set(700)
            var confirmation = try ShownForm(root.open(path), to: path)
            #expect(confirmation["password"] == nil)
            confirmation["_own_password"] = WireClient.password
            let page = try root.send(confirmation)
            #expect(page.status == 200 && page.text.contains("New password"))

            // The password of a form that was open before does not travel through the page that asks.
            try server.clock.set(1_400)
            var late = open
            late["password"] = "another horse 8 battery"
            let question = try root.exchange(
                root.form(path, [("_token", root.token), ("password", "another horse 8 battery")], []))
            #expect(question.status == 403 && !question.text.contains("another horse"))
            confirmation = try ShownForm(question, to: path)
            confirmation["_own_password"] = WireClient.password
            #expect(try root.send(confirmation).text.contains("New password"))
        }
    }
}
