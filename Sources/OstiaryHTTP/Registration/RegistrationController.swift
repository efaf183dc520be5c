import HTTPTypes
public import OstiaryCore

/// `POST /api/register/`
public struct RegistrationController: Sendable {
    private let registration: RegistrationService

    public init(registration: RegistrationService) { self.registration = registration }

    public var endpoints: [Endpoint] {
        [.public(.post, "/api/register/", name: "Register", handler: register)]
    }

    private func register(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let email = fields.email("email")
        let password = fields.text("password", .init(maximumLength: 128, trims: false))
        try fields.check()
        guard let email, let password else { throw Refusal.internalError }
        switch try await registration.register(email: email, password: password, origin: call.origin) {
        case .registered(let user): return .profile(user)
        case .emailTaken: throw Refusal.emailTaken
        case .passwordRefused(let violations):
            throw Refusal.fields([("password", violations.map { FieldMessage(code: $0.code, text: $0.message) })])
        }
    }
}
