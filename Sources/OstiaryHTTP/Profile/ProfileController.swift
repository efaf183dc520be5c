import HTTPTypes
public import OstiaryCore

/// `GET` and `PUT /api/me/`
public struct ProfileController: Sendable {
    private let profile: ProfileService

    public init(profile: ProfileService) { self.profile = profile }

    private static let username = Field(
        "username", .text, maximumLength: 150, isRequired: false, mayBeBlank: true, example: "first",
        help: "A display name: may be blank, need not be unique. White space around it is cut off."
    )
    private static let email = Field.email(isRequired: false, help: "The login, by the rules of registration.")

    public var endpoints: [Endpoint] {
        [
            .immediate(
                .get, "/api/me/", name: "Me",
                about: .init(
                    "Show the own account", "Tells whose access token it is.",
                    tag: .accounts, successes: [Success("The account.", .profile)]
                )
            ) { identity in .profile(identity.user) },
            Endpoint(
                .put, "/api/me/", name: "Me",
                about: .init(
                    "Change the own account",
                    """
                    Changes the fields that are sent and leaves the others. Fields that it does not know are ignored, \
                    and an empty body changes nothing. Sessions go on.
                    """,
                    tag: .accounts, fields: [Self.username, Self.email],
                    successes: [Success("The account as it is now.", .profile)],
                    errors: [.invalidFields]
                ),
                handler: update
            ),
        ]
    }

    private func update(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let username = fields.text(Self.username)
        let email = fields.email(Self.email)
        try fields.check()
        switch try await profile.update(identity.user, with: ProfileChange(email: email, username: username)) {
        case .updated(let user): return .profile(user)
        case .emailTaken: throw Refusal.emailTaken
        // Deleted since its token was checked.
        case .unknownUser: throw Refusal.bearer(.token(.refused))
        }
    }
}

extension Answer {
    static func profile(_ user: User) -> Answer {
        Answer { json in
            json.beginObject()
            json.key("id")
            json.integer(user.id)
            json.key("username")
            json.string(user.username)
            json.key("email")
            json.string(user.email)
            json.endObject()
        }
    }
}

extension Shape {
    static var profile: Shape {
        .object(
            name: "Account",
            [
                Property("id", .integer, format: "int64", example: "1", help: "The number of the account; it stays."),
                Property("username", example: "first", help: "The display name, which may be blank."),
                Property("email", format: "email", example: "first@example.com", help: "The login."),
            ]
        )
    }
}

extension Refusal {
    static let emailTaken = Refusal.field("email", code: "unique", "custom user with this email already exists.")
}
