// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryWeb

@Suite("Forms of accounts and groups")
struct UserChangesTests {
    private let user = AdminUser([
        "id": 7, "email": "a@mail.example", "username": "a", "is_active": true, "is_staff": true,
        "groups": [["id": 2, "name": "b"], ["id": 1, "name": "a"]], "permissions": ["shop.order", "ostiary.view_user"],
    ])

    /// The form as its page has it, with other values for some inputs.
    private func form(_ changes: [(String, String)], without removed: [String] = []) -> PageForm {
        var fields = UserChanges.shown(user).map { ($0.name, $0.value) }
        fields += [
            ("email", "a@mail.example"), ("username", "a"), ("first_name", ""), ("last_name", ""),
            ("is_active", "true"),
            ("is_staff", "true"), ("groups", "1"), ("groups", "2"), ("permissions", "ostiary.view_user"),
            ("further_permissions", "shop.order"),
        ]
        fields.removeAll { field in removed.contains(field.0) || changes.contains { $0.0 == field.0 } }
        let pairs = (fields + changes).map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }
        return PageForm(Array(pairs.joined(separator: "&").utf8))
    }

    @Test("a form that was not touched changes nothing")
    func untouched() { #expect(UserChanges(form([])).changed == nil) }

    @Test("only what differs from the page is sent")
    func differences() {
        #expect(UserChanges(form([("username", "b")])).changed == ["username": "b"])
        #expect(UserChanges(form([("is_superuser", "true")])).changed == ["is_superuser": true])
        #expect(UserChanges(form([], without: ["is_active"])).changed == ["is_active": false])
        #expect(UserChanges(form([("groups", "3"), ("groups", "1")])).changed == ["groups": [1, 3]])
        #expect(UserChanges(form([], without: ["groups"])).changed == ["groups": []])
        #expect(
            UserChanges(form([("further_permissions", " b.c\r\na.b\r\n\r\nb.c ")])).changed == [
                "permissions": ["a.b", "b.c", "ostiary.view_user"]
            ])
    }

    @Test("an account is added with what was filled in")
    func added() {
        let pairs = "email=a%40b.example&username=&is_active=true&password=&must_change=true"
        #expect(
            UserChanges(PageForm(Array(pairs.utf8))).added == [
                "email": "a@b.example", "is_active": true, "is_staff": false, "is_superuser": false,
            ])
        let secret = "email=&password=x&must_change=true"
        #expect(
            UserChanges(PageForm(Array(secret.utf8))).added == [
                "email": "", "is_active": false, "is_staff": false, "is_superuser": false, "password": "x",
                "must_change": true,
            ])
    }

    @Test("rights that the visitor lacks cannot be ticked or cleared, and keep their state")
    func locked() {
        let clerk = OwnRights(["user": ["id": 1], "permissions": ["ostiary.view_user"]])
        let boxes = PermissionBoxes(["ostiary.view_user", "ostiary.view_audit", "shop.a"], own: clerk, problems: .none)
        let text = boxes.boxes.html.text
        #expect(text.contains(#"value="ostiary.view_user" checked>"#))
        #expect(text.contains(#"value="ostiary.view_audit" checked disabled>"#))
        #expect(text.contains(#"<input type="hidden" name="permissions" value="ostiary.view_audit">"#))
        #expect(text.contains(#"value="ostiary.delete_user" disabled>"#))
        #expect(boxes.lines.value == "shop.a")
    }

    @Test("a form travels through another page without its passwords")
    func carried() {
        let form = PageForm(
            Array("email=a&password=secret&token=secret&groups=1&groups=2&_token=x&_own_password=y".utf8))
        let text = Carried(form).html.text
        #expect(
            text
                == #"<input type="hidden" name="email" value="a"><input type="hidden" name="groups" value="1"><input type="hidden" name="groups" value="2">"#
        )
        #expect(form.ownPassword == "y")
    }
}
