// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Testing

@testable import OstiaryWeb

@Suite("Pages of the administration")
struct AdminViewTests {
    private static let root = OwnRights(["user": ["id": 1, "email": "root@mail.example"], "is_superuser": true])
    private static let clerk = OwnRights(["user": ["id": 2, "email": "clerk@mail.example"], "permissions": []])

    /// A page of each kind with a text in every place where others may write.
    static func pages(_ text: String, own: OwnRights = root) -> [(name: String, html: String)] {
        let frame = Frame().titled(text)
        let user: JSONValue = [
            "id": 7, "email": .init(text), "username": .init(text), "first_name": .init(text), "last_name": .init(text),
            "is_active": true, "last_login": .init(text), "groups": [["id": 3, "name": .init(text)]],
            "permissions": [.init(text)], "password": ["algorithm": .init(text), "cost": .init(text)], "sessions": 2,
            "can": ["change": true, "delete": true, "set_password": true],
        ]
        let account = AdminUser(user.object ?? [:])
        let group = AdminGroup(["id": 3, "name": .init(text), "permissions": [.init(text)]])
        let session = AdminSession([
            "id": .init(text), "user": ["id": 7, "email": .init(text)], "started_at": .init(text),
            "address": .init(text),
            "user_agent": .init(text), "browser": .init(text), "amr": [.init(text)],
        ])
        let setting = AdminSetting([
            "name": .init(text), "help": .init(text), "type": .init(text), "unit": .init(text), "default": .init(text),
            "minimum": .init(text), "maximum": .init(text), "value": .init(text), "source": .init(text),
            "changed_at": .init(text), "changed_by": .init(text),
            "history": [["at": .init(text), "actor": .init(text), "old": .init(text), "new": .init(text)]],
        ])
        let entry = AdminEntry([
            "at": .init(text), "event": .init(text), "actor": .init(text), "user": 7, "session": .init(text),
            "network": .init(text), "request": .init(text), "cause": .init(text), "object": .init(text),
            "changes": JSONValue(members: [(text, .array([.init(text), .null]))]), "count": 3,
        ])
        let overview = AdminOverview([
            "database": .init(text), "settings_store": .init(text), "changes": .init(text), "throttling": .init(text),
            "address": .init(text), "findings": [["level": .init(text), "code": .init(text), "text": .init(text)]],
            "hours": [["start": .init(text), "logged_in": 3, "refused": 1]],
        ])
        let problems = FormProblems([text], fields: [("email", [text]), ("other", [text]), ("search", [text])])
        let typed = PageForm(
            Array("email=\(percentEncoded(text))&name=\(percentEncoded(text))&member=\(percentEncoded(text))".utf8))
        let query = ListQuery(
            "/?"
                + (UserListView.parameters + SessionListView.parameters + AuditView.parameters + ["cursor"])
                .map { "\($0)=\(percentEncoded(text))" }.joined(separator: "&"),
            names: UserListView.parameters + SessionListView.parameters + AuditView.parameters)
        let refusal = AdminReply(.forbidden, ["code": "permission_denied", "detail": .init(text)])
        let carried = Carried(typed)
        return [
            (
                "users",
                UserListView(
                    frame: frame, query: query, users: [account], next: text, isCutShort: true, groups: [group],
                    problems: problems, actions: UserAction.allCases, canAdd: true
                ).html
            ),
            (
                "actions",
                UserActionView(
                    frame: frame, action: .delete, accounts: [(7, text)], count: 1, isMore: false, matching: text,
                    isAll: false, filters: [(text, text)], back: text
                ).html
            ),
            (
                "all",
                UserActionView(
                    frame: frame, action: .delete, accounts: [], count: 12_000, isMore: false, matching: text,
                    isAll: true,
                    filters: [(text, text)], back: text
                ).html
            ),
            (
                "user",
                UserFormView(
                    frame: frame, user: account, groups: [group], hasAllGroups: false, own: own, typed: nil,
                    problems: problems
                ).html
            ),
            (
                "typed",
                UserFormView(
                    frame: frame, user: nil, groups: [], hasAllGroups: true, own: own, typed: typed, problems: problems
                ).html
            ),
            ("password", PasswordView(frame: frame, user: account, problems: problems).html),
            ("delete", UserDeletionView(frame: frame, user: account).html),
            (
                "sessions",
                SessionListView(
                    frame: frame, query: query, sessions: [session], next: text, isCutShort: false, problems: problems,
                    own: own
                ).html
            ),
            ("end", SessionsEndView(frame: frame, user: 7, name: text, count: text, action: text).html),
            ("settings", SettingListView(frame: frame, settings: [setting]).html),
            (
                "setting",
                SettingView(
                    frame: frame, setting: setting, canChange: true, typed: text,
                    preview: .init(count: 3, isMore: true), isConfirming: true, isOvertaken: true, problems: problems
                ).html
            ),
            ("groups", GroupListView(frame: frame, groups: [group], next: text, isFirst: false, canAdd: true).html),
            (
                "group",
                GroupFormView(
                    frame: frame, group: group, members: .init(users: [account], next: text, isFirst: false), own: own,
                    typed: typed, problems: problems
                ).html
            ),
            ("group-delete", GroupDeletionView(frame: frame, group: group).html),
            (
                "audit",
                AuditView(
                    frame: frame, query: query, entries: [entry], next: text, isCutShort: false, problems: problems,
                    own: own
                ).html
            ),
            ("overview", OverviewView(frame: frame, overview: overview, isAlone: false).html),
            ("confirm", ConfirmView(frame: frame, action: text, email: text, carried: carried, failure: text).html),
            ("refusal", RefusalView(frame: frame, reply: refusal, isForm: true, action: text, carried: carried).html),
            ("setup", SetupView(frame: frame, token: text, email: text, problems: problems).html),
        ].map { ($0.0, $0.1.text) }
    }

    @Test(
        "the text of others is text everywhere",
        arguments: [
            "<hostile>", "\"><hostile x=\"", "' onfocus='hostile", "</textarea><hostile>", "</title><hostile>",
            "\"\u{301}><hostile>", "a\u{0}<hostile>", "\u{202E}<hostile>\u{2066}", "&lt;hostile>",
            String(repeating: "<hostile>", count: 1_200),
        ])
    func hostile(text: String) {
        for (name, page) in Self.pages(text) {
            #expect(!page.contains("<hostile") && !page.contains("onfocus='hostile"), "\(name): \(text.prefix(30))")
            #expect(!page.contains("x=\"\"") && !page.contains("\u{0}"), "\(name)")
            #expect(page.contains("hostile"), "\(name) shows it all the same")
            // Quotation marks in tags come in pairs, so no text has left its attribute.
            for tag in page.matches(of: /<[a-z][^>]*>/) {
                #expect(tag.output.utf8.count { $0 == UInt8(ascii: "\"") }.isMultiple(of: 2), "\(name): \(tag.output)")
            }
        }
    }

    @Test("no page has a script, a style or a handler of its own")
    func policy() {
        for (name, page) in Self.pages("a") {
            #expect(page.matches(of: /<script/).count == 1 && page.contains(#".js" defer></script>"#), "\(name)")
            #expect(page.firstMatch(of: /<style|\sstyle=|\son[a-z]+=/) == nil, "\(name)")
        }
    }

    @Test("each form but those that only look has the token, and each id stands once")
    func forms() {
        for (name, page) in Self.pages("a") {
            for form in page.split(separator: "<form").dropFirst() where form.contains("method=\"post\"") {
                #expect(form.prefix { $0 != "\n" }.contains("action=\"") && form.contains(#"name="_token""#), "\(name)")
            }
            let ids = page.matches(of: /\sid="([^"]*)"/).map(\.output.1)
            #expect(Set(ids).count == ids.count, "\(name): \(ids)")
        }
    }

    @Test("a visitor without rights gets no links and buttons to what they may not do")
    func withoutRights() throws {
        let pages = Dictionary(uniqueKeysWithValues: Self.pages("a", own: Self.clerk))
        let sessions = try #require(pages["sessions"])
        #expect(
            !sessions.contains("name=\"only\"") && !sessions.contains("/admin/users/")
                && !sessions.contains("type=\"checkbox\""))
        let group = try #require(pages["group"])
        #expect(
            !group.contains("delete/") && !group.contains("value=\"remove\"") && group.contains("but not change it"))
        let audit = try #require(pages["audit"])
        #expect(!audit.contains("href=\"/admin/users/"))
        let user = try #require(pages["user"])
        #expect(!user.contains("/admin/audit/") && !user.contains("/admin/sessions/"))
        #expect(user.contains(#"name="is_superuser" value="true" disabled>"#))
    }

    @Test("the navigation has what the visitor may see")
    func navigation() {
        var frame = Frame()
        frame.dress(for: OwnRights(["permissions": ["ostiary.view_audit", "ostiary.view_user"]]), in: .audit)
        let page = frame.page("").text
        #expect(frame.navigation.map(\.name) == ["Overview", "Users", "Audit"])
        #expect(page.contains(#"<a href="/admin/audit/" aria-current="true">Audit</a>"#))
        frame.dress(for: Self.root, in: .overview)
        #expect(frame.navigation.map(\.name) == ["Overview", "Users", "Sessions", "Settings", "Groups", "Audit"])
    }
}
