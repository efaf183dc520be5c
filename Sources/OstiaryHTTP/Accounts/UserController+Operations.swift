// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension UserController {
    static let path = "/api/admin/users/"

    static let email = Field.email(isRequired: false, help: "The address to log in with.")
    static let newEmail = Field.email(help: "The address to log in with.")
    static let username = Field(
        "username", .text, maximumLength: 150, isRequired: false, mayBeBlank: true, example: "first",
        help: "A display name, which need not be unique.")
    static let firstName = Field(
        "first_name", .text, maximumLength: 150, isRequired: false, mayBeBlank: true, example: "Ada",
        help: "The first name.")
    static let lastName = Field(
        "last_name", .text, maximumLength: 150, isRequired: false, mayBeBlank: true, example: "Lovelace",
        help: "The last name.")
    static let isActive = Field(
        "is_active", .flag, isRequired: false, example: "true",
        help: "False for an account that cannot log in; its sessions end.")
    static let isStaff = Field(
        "is_staff", .flag, isRequired: false, example: "false", help: "True for members of the staff.")
    static let isSuperuser = Field(
        "is_superuser", .flag, isRequired: false, example: "false", help: "True for an account with every permission.")
    static let groups = Field(
        "groups", .ids, isRequired: false, maximumCount: AccountDetail.maximumGroups, example: "1",
        help: "The ids of all groups of the account.")
    static let permissions = Field(
        "permissions", .texts, maximumLength: Permission.maximumLength, isRequired: false,
        maximumCount: Group.maximumPermissions, example: "ostiary.view_user",
        help: "All permissions of the account itself, beside those of its groups.")
    static let password = Field(
        "password", .password, maximumLength: 128, example: "securepassword", help: "The new password.")
    static let optionalPassword = Field(
        "password", .password, maximumLength: 128, isRequired: false, example: "securepassword",
        help: "Without a password, nobody can log in until one is set.")
    static let mustChange = Field(
        "must_change", .flag, isRequired: false, example: "true",
        help: "True, which is the default, if each login tells the user to change the password.")

    private static let id = Parameter(
        "id", in: .path, .integer, isRequired: true, example: "1", help: "The `id` of a user.")

    static let listing = APIOperation(
        .get, path, name: "Users", operationID: "listUsers", security: .staff(.viewUser),
        about: .init(
            "List users",
            """
            Lists accounts by page, 50 at a time. Filters are combined.

            The default order is by `id`; by `email` with a `search` for an address, and by `last_login` with \
            `last_login_before`. Users who never logged in are the first in the order of `last_login`.
            """,
            tag: .administration, parameters: UserFilters.parameters + [UserFilters.order, .cursor],
            successes: [Success("A page of users.", .page(name: "Users", of: .user))], errors: [.invalidFields]),
        parsers: [])

    static let counting = APIOperation(
        .get, "/api/admin/users/matching/", name: "Matching users", operationID: "countUsers",
        security: .staff(.viewUser),
        about: .init(
            "Count users", "Counts the users that match the filters, up to 10,000.", tag: .administration,
            parameters: UserFilters.parameters,
            successes: [
                Success(
                    "The number.",
                    .object(
                        name: "UserCount",
                        [
                            Property("count", .integer, example: "42", help: "The number, at most 10,000."),
                            Property("is_more", .boolean, example: "false", help: "True if there are more."),
                        ]))
            ], errors: [.invalidFields]),
        parsers: [])

    static let adding = APIOperation(
        .post, path, name: "Users", operationID: "addUser", security: .staff(.addUser, isFresh: true),
        about: .init(
            "Add a user", "Creates an account. Flags that you do not have cannot be given.", tag: .administration,
            fields: [
                newEmail, optionalPassword, username, firstName, lastName, isActive, isStaff, isSuperuser, mustChange,
            ],
            successes: [Success("The new user.", .user, status: .created)], errors: [.invalidFields]))

    static let showing = APIOperation(
        .get, "/api/admin/users/{id}/", name: "User", operationID: "getUser", security: .staff(.viewUser),
        about: .init(
            "Show a user", "Returns an account with its groups and permissions.", tag: .administration,
            parameters: [id], successes: [Success("The user.", .userDetail)], errors: [.notFound]),
        parsers: [])

    static let changing = APIOperation(
        .put, "/api/admin/users/{id}/", name: "User", operationID: "changeUser", security: .staff(.changeUser),
        about: .init(
            "Change a user",
            """
            Changes the fields that you send and keeps all others. Anything but a name needs a recent login.

            You cannot give rights, flags or groups that you do not have, nor change a user who has more of them.
            """,
            tag: .administration,
            fields: [
                email, username, firstName, lastName, isActive, isStaff, isSuperuser, groups, permissions,
            ],
            parameters: [id], successes: [Success("The changed user.", .userDetail)],
            errors: [.invalidFields, .notFound, .freshLoginRequired, .ownAccount, .lastSuperuser, .keptElsewhere]))

    static let deleting = APIOperation(
        .delete, "/api/admin/users/{id}/", name: "User", operationID: "deleteUser",
        security: .staff(.deleteUser, isFresh: true),
        about: .init(
            "Delete a user", "Deletes an account with everything that belongs to it.", tag: .administration,
            parameters: [id], successes: [Success("The user is deleted.", .nothing, status: .noContent)],
            errors: [.notFound, .ownAccount, .lastSuperuser, .accountInUse]),
        parsers: [])

    static let settingPassword = APIOperation(
        .post, "/api/admin/users/{id}/password/", name: "User's password", operationID: "setUserPassword",
        security: .staff(.changeUser, isFresh: true),
        about: .init(
            "Set a user's password", "Sets a password and ends every session of the user.", tag: .administration,
            fields: [password, mustChange], parameters: [id],
            successes: [Success("The password is set.", .nothing, status: .noContent)],
            errors: [.invalidFields, .notFound]))
}

extension Parameter {
    /// The place in a list.
    static let cursor = Parameter(
        "cursor", in: .query, example: "WyJ1c2VycyIsImlkIiw1MF0",
        help: "The `next` of the page before, with the same filters and the same order.")
}
