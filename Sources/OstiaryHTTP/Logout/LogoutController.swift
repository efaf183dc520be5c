import HTTPTypes
public import OstiaryCore

/// `POST /api/logout/`
public struct LogoutController: Sendable {
    private let logout: LogoutService

    public init(logout: LogoutService) { self.logout = logout }

    public var endpoints: [Endpoint] {
        [.public(.post, "/api/logout/", name: "Logout", handler: logout)]
    }

    private func logout(_ call: Call) async throws -> Answer {
        guard try await logout.logout(call.refreshToken()) else { throw Refusal.invalidRefreshToken }
        return Answer { json in
            json.beginObject()
            json.key("success")
            json.string("User logged out.")
            json.endObject()
        }
    }
}
