// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/refresh/`
package struct RefreshController: Sendable {
    private let refresh: RefreshService

    package init(refresh: RefreshService) { self.refresh = refresh }

    private static let idempotencyKey = Parameter(
        "Idempotency-Key", in: .header, .matching(pattern: "^[!-+\\--~]{16,128}$"),
        example: "b3f0c2a4-6d1e-4f7a-9c58-0e2d7a91f6c3",
        help: """
            A random key that you generate when you receive the refresh token, and send whenever you use that token: a \
            request repeated after a lost answer then gets the same answer. It has at least 128 random bits, in 16 to 128 \
            visible ASCII characters without a comma. Without this header, using a token twice ends the session.
            """
    )

    package static let operation = APIOperation(
        .post, "/api/refresh/", name: "Refresh", security: .public,
        about: .init(
            "Refresh your tokens",
            """
            Exchanges a refresh token, which works only once, for a new refresh token and a new access token.

            Using a refresh token a second time counts as theft and ends the session, unless the request repeats the \
            `Idempotency-Key` of the first use. After a 5xx, a 429 or a broken connection, send the same token and key \
            again. Log in again only after a 400 that calls the refresh token invalid.
            """,
            tag: .sessions, fields: [.refreshToken], parameters: [Self.idempotencyKey],
            successes: [.tokens("The next tokens of the session.")],
            errors: [.invalidRefreshToken, .invalidIdempotencyKey, .reusedIdempotencyKey],
            throttles: [Setting.throttleRefresh.name, Setting.throttleRefreshDay.name]
        )
    )

    /// The operation of the refresh endpoint.
    package static let operations = [operation]

    package var endpoints: [Endpoint] {
        [
            .public(Self.operation, handler: refresh)
        ]
    }

    private func refresh(_ call: Call) async throws -> Answer {
        // Refuse a malformed header before a budget is charged or a token is used up.
        let keys = call.idempotencyKeys.map(IdempotencyKey.init)
        guard keys.count <= 1, keys.allSatisfy({ $0 != nil }) else { throw Refusal.invalidIdempotencyKey }
        do {
            guard let pair = try await refresh.refresh(call.refreshToken(), key: keys.first ?? nil, in: call.context)
            else {
                throw Refusal.invalidRefreshToken
            }
            return .tokens(pair)
        } catch is ReusedIdempotencyKey {
            throw Refusal.reusedIdempotencyKey
        }
    }
}
