// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryWeb

@Suite("The page of a setting")
struct SettingViewTests {
    private func page(
        _ changes: [(String, JSONValue)] = [], typed: String? = nil,
        preview: SettingView.Preview? = nil, isConfirming: Bool = false, isOvertaken: Bool = false
    ) -> String {
        let setting: [(String, JSONValue)] = [
            ("name", "SESSION_MAX_LIFETIME"), ("type", "int"), ("unit", "days"), ("default", 30), ("minimum", 1),
            ("maximum", 365), ("value", 14), ("source", "database"), ("changed_by", "user:3"),
            ("changed_at", "2026-11-29T08:42:14Z"),
        ]
        let document = JSONValue(members: setting + changes).object ?? [:]
        return SettingView(
            frame: Frame().titled("x"), setting: AdminSetting(document), canChange: true, typed: typed,
            preview: preview, isConfirming: isConfirming, isOvertaken: isOvertaken, problems: .none
        ).html.text
    }

    @Test("the form brings the value that the page showed")
    func form() {
        let page = page()
        #expect(page.contains(#"name="was" value="14""#) && page.contains(#"name="value" type="text" value="14""#))
        #expect(page.contains("From 1 to 365 days.") && page.contains("Use the default, 30 days"))
        #expect(page.contains(#"<time datetime="2026-11-29T08:42:14Z" title="2026-11-29 08:42:14 UTC">"#))
    }

    @Test("a pinned one is locked, and one whose store is away is shown only")
    func locked() {
        let pinned = page([("is_pinned", true)])
        #expect(!pinned.contains("<form class=\"card\"") && pinned.contains("OSTIARY_SESSION_MAX_LIFETIME"))
        #expect(page([("source", "last known")]).contains("cannot be reached") && !page().contains("cannot be reached"))
    }

    @Test("a flag is chosen, not typed")
    func flag() {
        let page = page([("type", "bool"), ("value", true), ("unit", "")])
        #expect(page.contains(#"<option value="true" dir="auto" selected>On</option>"#))
        #expect(!page.contains("From 1"))
    }

    @Test("sessions that would end are told before, and only a second press ends them")
    func preview() {
        let page = page(typed: "3", preview: .init(count: 10_000, isMore: true), isConfirming: true)
        #expect(page.contains("More than 10,000 sessions older than that would end at once."))
        #expect(page.contains(#"name="confirmed" value="3""#) && page.contains("Save, and end the sessions"))
        #expect(self.page(preview: .init(count: 0, isMore: false)).contains("No session would end."))
    }

    @Test("who was second sees the new value and keeps what was typed")
    func overtaken() {
        let page = page(typed: "7", isOvertaken: true)
        #expect(page.contains("It is now <bdi>14 days</bdi>") && page.contains("by <bdi>user:3</bdi>"))
        #expect(page.contains(#"name="was" value="14""#) && page.contains(#"name="value" type="text" value="7""#))
    }
}
