// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET` and `PUT /api/me/`
package struct ProfileController: Sendable {
    private let profile: ProfileService
    private let showsVerification: Bool

    /// - Parameter showsVerification: true to tell if the address is proven.
    package init(profile: ProfileService, showsVerification: Bool = false) {
        self.profile = profile
        self.showsVerification = showsVerification
    }

    private static let username = Field(
        "username", .text, maximumLength: 150, isRequired: false, mayBeBlank: true, example: "first",
        help:
            "A display name. It can be empty, and several accounts can have the same one. Surrounding spaces are removed."
    )
    private static let email = Field.email(
        isRequired: false,
        help: """
            The address to log in with. Changing it requires `current_password`, unless you logged in within the last \
            10 minutes.
            """
    )
    private static let currentPassword = Field(
        "current_password", .password, isRequired: false, example: "securepassword",
        help: "Required to change `email` if you logged in more than 10 minutes ago."
    )

    package static let showing = APIOperation(
        .get, "/api/me/", name: "Me",
        about: .init(
            "Show your account", "Returns the account that the access token belongs to.",
            tag: .accounts, successes: [Success("The account.", .profile)]
        )
    )

    private static let changing = APIOperation(
        .put, "/api/me/", name: "Me",
        about: .init(
            "Change your account",
            """
            Changes the fields that you send and keeps all others.

            Unknown fields are ignored, and an empty body changes nothing. Your sessions stay open.
            """,
            tag: .accounts, fields: [Self.username, Self.email, Self.currentPassword],
            successes: [Success("The changed account.", .profile)],
            errors: [.invalidFields],
            throttles: [
                Setting.throttleProfile.name, Setting.throttleRegister.name, Setting.throttlePassword.name,
            ]
        )
    )

    /// The operations of the profile endpoints.
    package static let operations = [showing, changing]

    package var endpoints: [Endpoint] {
        [
            .immediate(Self.showing) { [showsVerification] identity in
                .profile(identity.user, showsVerification: showsVerification)
            },
            Endpoint(Self.changing, handler: update),
        ]
    }

    private func update(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let username = fields.text(Self.username)
        let email = fields.email(Self.email, isNew: true)
        let password = fields.text(Self.currentPassword)
        try fields.check()
        let outcome = try await profile.update(
            identity, email: email, username: username, password: password, in: call.context)
        switch outcome {
        case .updated(let user): return .profile(user, showsVerification: showsVerification)
        case .emailTaken: throw Refusal.emailTaken
        case .passwordNeeded:
            throw Refusal.field(
                Self.currentPassword.name, code: "required", "The password is required to change the e-mail address.")
        case .confirmationNeeded:
            throw Refusal.field(
                Self.email.name, code: "confirm_by_mail",
                "Another address is confirmed by a message to it: ask for one by POST /api/email/change/.")
        case .wrongPassword: throw Refusal.wrong(Self.currentPassword)
        // The account was deleted after its token was checked.
        case .unknownUser: throw Refusal.bearer(.token(.refused))
        }
    }
}

extension Answer {
    /// - Parameter showsVerification: true to tell if the address is proven.
    static func profile(_ user: User, showsVerification: Bool = false) -> Answer {
        Answer { json in
            json.beginObject()
            json.key("id")
            json.integer(user.id)
            json.key("username")
            json.string(user.username)
            json.key("email")
            json.string(user.email)
            if showsVerification {
                json.key("email_verified")
                json.bool(user.isEmailVerified)
            }
            json.endObject()
        }
    }
}

extension Shape {
    static var profile: Shape {
        .object(
            name: "Account",
            [
                Property("id", .integer, format: "int64", example: "1", help: "The account's permanent number."),
                Property("username", example: "first", help: "The display name, which may be empty."),
                Property("email", format: "email", example: "first@example.com", help: "The login e-mail address."),
                Property(
                    "email_verified", .boolean, isRequired: false, example: "true",
                    help: "True if a message has shown that the address is yours. Only where the server sends mail."),
            ]
        )
    }
}

extension Refusal {
    static let emailTaken = Refusal.fields([("email", [.emailTaken])])
}
