// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryWeb

@Suite("Paths of the administration")
struct AdminRouteTests {
    @Test(
        "each page has its path, with and without the last slash",
        arguments: [
            ("/admin/", .section(.overview)), ("/admin/users/", .section(.users)),
            ("/admin/sessions/", .section(.sessions)), ("/admin/settings/", .section(.settings)),
            ("/admin/groups/", .section(.groups)), ("/admin/audit/", .section(.audit)), ("/admin/users/add/", .addUser),
            ("/admin/users/7/", .user(7)), ("/admin/users/7/password/", .userPassword(7)),
            ("/admin/users/7/delete/", .userDeletion(7)), ("/admin/users/actions/", .userActions),
            ("/admin/settings/SESSION_MAX_LIFETIME/", .setting("SESSION_MAX_LIFETIME")),
            ("/admin/groups/add/", .addGroup), ("/admin/groups/7/", .group(7)),
            ("/admin/groups/7/delete/", .groupDeletion(7)), ("/admin/setup/", .setup),
        ] as [(String, AdminRoute)])
    func pages(path: String, route: AdminRoute) {
        #expect(AdminRoute(path: path) == route)
        #expect(AdminRoute(path: String(path.dropLast())) == route)
    }

    @Test(
        "nothing is anywhere else",
        arguments: [
            "/admin/x/", "/admin/overview/", "/admin//", "/admin/users//", "/admin/users/0x7/", "/admin/users/-7/",
            "/admin/users/07/", "/admin/users/9999999999999999999/", "/admin/users/7/x/", "/admin/users/7/delete/x/",
            "/admin/users/add/delete/", "/admin/settings/lower/", "/admin/settings/A/b/", "/admin/groups/7/password/",
            "/admin/setup/x/", "/admin/audit/7/", "/admin/sessions/actions/", "/adminx/", "/",
        ])
    func nothing(path: String) { #expect(AdminRoute(path: path) == nil) }
}
