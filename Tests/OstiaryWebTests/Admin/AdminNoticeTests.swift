// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryWeb

@Suite("Sentences about actions")
struct AdminNoticeTests {
    @Test("a sentence has the numbers of what was done, and its code brings it back")
    func sentences() {
        for (notice, text) in [
            (AdminNotice(.accountDeactivated, 3), "The account is deactivated; 3 sessions ended."),
            (AdminNotice(.accountDeactivated, 0), "The account is deactivated."),
            (AdminNotice(.passwordSet, 1), "The password is set; 1 session ended."),
            (
                AdminNotice(.deleted, ["done": 1_200, "refused": 1, "not_found": 2]),
                "1,200 accounts deleted. 1 account left alone, since you may not do that to them. 2 accounts no longer there."
            ),
            (AdminNotice(.groupAdded), "The group is added."),
        ] {
            #expect(notice.notice.text == text)
            #expect(AdminNotice(code: notice.notice.code) == notice)
        }
        for kind in AdminNotice.Kind.allCases {
            let notice = AdminNotice(kind)
            #expect(AdminNotice(code: notice.notice.code) == notice && notice.notice.text.hasSuffix("."))
        }
    }

    @Test(
        "a forged code says nothing",
        arguments: [
            "", "x", "deleted", "deleted.1.2", "deleted.1.2.3.4", "deleted.1.2.x", "deleted.1.2.-3",
            "deleted.1.2.9999999", "group-added.1", "account-deactivated.03", "deleted.1.2.3<b>", "welcome.",
            "welcome" + String(repeating: ".0", count: 100),
        ])
    func forged(code: String) { #expect(AdminNotice(code: code) == nil) }

    @Test("long numbers have commas between their thousands")
    func grouped() {
        #expect(
            [0, 999, 1_000, 10_000, 1_234_567, -1_000].map(\.grouped) == [
                "0", "999", "1,000", "10,000", "1,234,567", "-1,000",
            ])
    }
}
