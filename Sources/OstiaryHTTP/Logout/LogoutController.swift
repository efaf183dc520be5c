// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/logout/`
package struct LogoutController: Sendable {
    private let logout: LogoutService

    package init(logout: LogoutService) { self.logout = logout }

    package static let operation = APIOperation(
        .post, "/api/logout/", name: "Logout", security: .public,
        about: .init(
            "End the session of a refresh token",
            """
            Ends the session: its refresh tokens and access tokens are refused from then on. An expired token \
            will do. One that was spent ends the session too, but is answered like an unknown one.
            """,
            tag: .sessions, fields: [.refreshToken], successes: [Success("The session has ended.", Self.done)],
            errors: [.invalidRefreshToken]
        )
    )

    /// The operation of the logout endpoint.
    package static let operations = [operation]

    package var endpoints: [Endpoint] {
        [
            .public(Self.operation, handler: logout)
        ]
    }

    private static let done = Shape.object(
        name: "LoggedOut", [Property("success", example: "User logged out.", help: "Always the same words.")]
    )

    private func logout(_ call: Call) async throws -> Answer {
        guard try await logout.logout(call.refreshToken(), in: call.context) else { throw Refusal.invalidRefreshToken }
        return Answer { json in
            json.beginObject()
            json.key("success")
            json.string("User logged out.")
            json.endObject()
        }
    }
}
