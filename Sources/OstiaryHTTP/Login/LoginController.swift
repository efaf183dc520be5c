import HTTPTypes
public import OstiaryCore

/// `POST /api/login/`
public struct LoginController: Sendable {
    private let login: LoginService

    public init(login: LoginService) { self.login = login }

    public var endpoints: [Endpoint] {
        [.public(.post, "/api/login/", name: "Login", handler: login)]
    }

    private func login(_ call: Call) async throws -> Answer {
        // A missing or malformed field says nothing about any account, so it may be told without a hash.
        guard var fields = try? FieldReader(call.payload) else { throw Refusal.invalidCredentials }
        let email = fields.email("email")
        let password = fields.text("password", .init(trims: false))
        guard (try? fields.check()) != nil, let email, let password,
            let pair = try await login.login(email: email, password: password, origin: call.origin)
        else { throw Refusal.invalidCredentials }
        return .tokens(pair)
    }
}

extension Answer {
    static func tokens(_ pair: TokenPair) -> Answer {
        Answer { json in
            json.beginObject()
            json.key("access_token")
            json.string(pair.accessToken)
            json.key("refresh_token")
            json.string(pair.refreshToken)
            json.endObject()
        }
    }
}
