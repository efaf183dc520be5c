// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The visitor and the visitor's rights, as the API tells them for each request.
struct OwnRights: Sendable {
    let id: Int64
    let email: String
    let isSuperuser: Bool
    let permissions: Set<Permission>
    /// True if the password was given a short time ago.
    let isFresh: Bool

    /// - Parameter document: the answer of `GET /api/admin/me/`.
    init(_ document: JSONObject) {
        let user = document["user"]?.object ?? JSONObject()
        id = user.number("id") ?? 0
        email = user.text("email")
        isSuperuser = document.flag("is_superuser")
        permissions = Set(document.texts("permissions").compactMap { Permission($0) })
        isFresh = document.flag("is_fresh")
    }

    func allows(_ permission: Permission?) -> Bool {
        guard let permission else { return true }
        return isSuperuser || permissions.contains(permission)
    }
}
