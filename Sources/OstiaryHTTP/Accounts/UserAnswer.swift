// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Answer {
    /// A page of a list.
    static func page<Element>(
        _ page: ListPage<Element>, _ element: (inout JSONWriter, Element) -> Void
    ) -> Answer {
        Answer { json in
            json.beginObject()
            json.key("results")
            json.beginArray()
            for item in page.items { element(&json, item) }
            json.endArray()
            json.key("next")
            json.optional(page.next?.text)
            json.key("cut_short")
            json.bool(page.isCutShort)
            json.endObject()
        }
    }

    /// - Parameter showsVerification: true to tell if the address is proven.
    static func detail(_ detail: AccountDetail, _ call: Call, showsVerification: Bool) -> Answer {
        Answer { json in
            json.beginObject()
            json.userMembers(detail.user, showsVerification: showsVerification)
            json.key("groups")
            json.beginArray()
            for group in detail.groups {
                json.beginObject()
                json.key("id")
                json.integer(group.id)
                json.key("name")
                json.string(group.name)
                json.endObject()
            }
            json.endArray()
            json.key("permissions")
            json.strings(detail.permissions.sorted().map(\.rawValue))
            json.key("password")
            json.beginObject()
            json.key("algorithm")
            json.string(detail.password.algorithm)
            json.key("cost")
            json.string(detail.password.cost)
            json.endObject()
            json.key("password_change_required")
            json.bool(detail.isPasswordChangeRequired)
            json.key("sessions")
            json.integer(Int64(detail.sessions))
            json.key("can")
            json.beginObject()
            for (name, permission) in [
                ("change", Permission.changeUser), ("delete", .deleteUser), ("end_sessions", .deleteSession),
            ] {
                json.key(name)
                json.bool(call.rights.map { $0.allows(permission) && $0.covers(detail.rights) } ?? false)
            }
            json.endObject()
            json.endObject()
        }
    }
}

extension JSONWriter {
    mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    /// - Parameter showsVerification: true to tell if the address is proven.
    mutating func user(_ user: User, showsVerification: Bool) {
        beginObject()
        userMembers(user, showsVerification: showsVerification)
        endObject()
    }

    fileprivate mutating func userMembers(_ user: User, showsVerification: Bool) {
        key("id")
        integer(user.id)
        key("email")
        string(user.email)
        if showsVerification {
            key("email_verified")
            bool(user.isEmailVerified)
        }
        for (name, text) in [
            ("username", user.username), ("first_name", user.firstName), ("last_name", user.lastName),
        ] {
            key(name)
            string(text)
        }
        for (name, flag) in [
            ("is_active", user.isActive), ("is_staff", user.isStaff), ("is_superuser", user.isSuperuser),
        ] {
            key(name)
            bool(flag)
        }
        key("last_login")
        optional(user.lastLogin?.iso8601)
    }
}

extension Shape {
    private static let userMembers = [
        Property("id", .integer, format: "int64", example: "1", help: "The account's permanent number."),
        Property("email", format: "email", example: "first@example.com", help: "The login e-mail address."),
        Property(
            "email_verified", .boolean, isRequired: false, example: "true",
            help: "True if a message has shown that the address is the user's. Only where the server sends mail."),
        Property("username", example: "first", help: "The display name, which may be empty."),
        Property("first_name", example: "Ada", help: "The first name, which may be empty."),
        Property("last_name", example: "Lovelace", help: "The last name, which may be empty."),
        Property("is_active", .boolean, example: "true", help: "False for an account that cannot log in."),
        Property("is_staff", .boolean, example: "false", help: "True for members of the staff."),
        Property("is_superuser", .boolean, example: "false", help: "True for an account with every permission."),
        Property(
            "last_login", format: "date-time", isNullable: true, example: "2026-01-01T12:00:00Z",
            help: "The time of the last login; null if there was none."),
    ]

    static let user = Shape.object(name: "User", userMembers)

    static let userDetail = Shape.object(
        name: "UserDetail",
        userMembers + [
            Property(
                "groups",
                .array(
                    of: .object(
                        name: "GroupReference",
                        [
                            Property("id", .integer, format: "int64", example: "1", help: "The id of the group."),
                            Property("name", example: "support", help: "The name of the group."),
                        ])), help: "The groups of the account, by name."),
            Property(
                "permissions", .array(of: .value(.string, example: "ostiary.view_user")),
                help: "The permissions of the account itself, beside those of its groups."),
            Property(
                "password",
                .object(
                    name: "PasswordSummary",
                    [
                        Property("algorithm", example: "argon2id", help: "`unusable` if nobody can log in with it."),
                        Property("cost", example: "m=19456,t=2,p=1", help: "The cost of a verification."),
                    ]), help: "The algorithm and cost of the stored password."),
            Property(
                "password_change_required", .boolean, example: "false",
                help: "True if each login tells the user to change the password."),
            Property("sessions", .integer, example: "2", help: "The number of open sessions, up to 100."),
            Property(
                "can",
                .object(
                    name: "UserRights",
                    [
                        Property("change", .boolean, example: "true", help: "True if you may change the user."),
                        Property("delete", .boolean, example: "true", help: "True if you may delete the user."),
                        Property("end_sessions", .boolean, example: "true", help: "True if you may end sessions."),
                    ]), help: "The actions on this user that your rights allow."),
        ])
}
