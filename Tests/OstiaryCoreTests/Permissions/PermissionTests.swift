// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite("Permissions")
struct PermissionTests {
    @Test("names of applications may be given", arguments: ["ostiary.view_user", "a.b", "notes2.view_note_3"])
    func names(text: String) throws {
        #expect(try #require(Permission(text)).rawValue == text && Permission(rawValue: text).description == text)
    }

    @Test(
        "other texts are none",
        arguments: [
            "", ".", "a", "a.", ".b", "a.b.c", "A.b", "a.B", "a b.c", "1a.b", "a._b", "a.b\u{301}", "é.b", "a.b\n",
            "a." + String(repeating: "b", count: 99),
        ])
    func malformed(text: String) { #expect(Permission(text) == nil) }

    @Test("the longest one has a hundred bytes")
    func longest() { #expect(Permission("a." + String(repeating: "b", count: 98)) != nil) }

    @Test("those of the server are listed once, and can be written")
    func all() {
        #expect(Permission.all.count == 13 && Set(Permission.all).count == 13)
        #expect(Permission.all.allSatisfy { Permission($0.rawValue) == $0 })
    }

    @Test("a superuser has every permission, and a deactivated one none")
    func rights() {
        var rights = Rights(isActive: true, isStaff: false, isSuperuser: false, permissions: [.viewUser])
        #expect(rights.allows(.viewUser) && !rights.allows(.addUser))
        rights.isSuperuser = true
        #expect(rights.allows(.addUser))
        rights.isActive = false
        #expect(!rights.allows(.viewUser))
    }
}
