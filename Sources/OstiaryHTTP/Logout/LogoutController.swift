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
            "Log out",
            """
            Ends the session that the refresh token belongs to. All tokens of the session stop working.

            An expired refresh token works too. A used one also ends the session, but gets the answer for an unknown \
            token.
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
        name: "LoggedOut", [Property("success", example: "User logged out.", help: "A constant text.")]
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
