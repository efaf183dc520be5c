// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// An account as the API describes it to administrators.
struct AdminUser: Sendable {
    let id: Int64
    let email: String
    /// True if the address is proven; nil if that is not told, since the server sends no mail.
    let isEmailVerified: Bool?
    let username: String
    let firstName: String
    let lastName: String
    let isActive: Bool
    let isStaff: Bool
    let isSuperuser: Bool
    let lastLogin: String?

    // The following stand in the description of one account only.

    let groups: [AdminGroup]
    let permissions: [String]
    /// The algorithm and the cost of the password's hash; empty if it is not told.
    let password: String
    let mustChangePassword: Bool
    /// The number of live sessions.
    let sessions: Int
    /// True if the visitor may change the account and set its password.
    let canChange: Bool
    let canDelete: Bool

    init(_ object: JSONObject) {
        id = object.number("id") ?? 0
        email = object.text("email")
        isEmailVerified = object["email_verified"].map { $0 == .bool(true) }
        username = object.text("username")
        firstName = object.text("first_name")
        lastName = object.text("last_name")
        isActive = object.flag("is_active")
        isStaff = object.flag("is_staff")
        isSuperuser = object.flag("is_superuser")
        lastLogin = object.optionalText("last_login")
        groups = object.objects("groups").map(AdminGroup.init)
        permissions = object.texts("permissions")
        let hash = object["password"]?.object ?? JSONObject()
        password = [hash.text("algorithm"), hash.text("cost")].filter { !$0.isEmpty }.joined(separator: ", ")
        mustChangePassword = object.flag("password_change_required")
        sessions = Int(object.number("sessions") ?? 0)
        let can = object["can"]?.object ?? JSONObject()
        (canChange, canDelete) = (can.flag("change"), can.flag("delete"))
    }

    /// The names of a person and the user name, without empty ones.
    var names: String {
        let person = [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ")
        return [person, username].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// The number of live sessions in words; the API counts no further than a thousand.
    var sessionCount: String { sessions >= 100 ? "100 sessions or more" : sessions.counted("session") }

    var path: String { "\(AdminSection.users.path)\(id)/" }
    var crumb: Crumb { Crumb(crumbName: email, crumbLink: path, isHere: false) }
}
