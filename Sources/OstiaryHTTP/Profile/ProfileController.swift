import HTTPTypes
public import OstiaryCore

/// `GET` and `PUT /api/me/`
public struct ProfileController: Sendable {
    private let profile: ProfileService

    public init(profile: ProfileService) { self.profile = profile }

    public var endpoints: [Endpoint] {
        [
            .immediate(.get, "/api/me/", name: "Me") { identity in .profile(identity.user) },
            Endpoint(.put, "/api/me/", name: "Me", handler: update),
        ]
    }

    private func update(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let username = fields.text("username", .init(maximumLength: 150, isRequired: false, mayBeBlank: true))
        let email = fields.email("email", isRequired: false)
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

extension Refusal {
    static let emailTaken = Refusal.field("email", code: "unique", "custom user with this email already exists.")
}
