// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// `GET /api/admin/me/`: the rights of the administrator who asks.
package struct OwnRightsController: Sendable {
    private let showsVerification: Bool

    /// - Parameter showsVerification: true to tell if the address is proven.
    package init(showsVerification: Bool = false) { self.showsVerification = showsVerification }

    private static let showing = APIOperation(
        .get, "/api/admin/me/", name: "Own rights", operationID: "getOwnRights", security: .staff(),
        about: .init(
            "Show your rights", "Returns your account and your permissions, as the database has them now.",
            tag: .administration, successes: [Success("Your rights.", shape)]),
        parsers: [])

    /// The operations of the endpoint.
    package static let operations = [showing]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.showing) { [showsVerification] call, identity in
                guard let rights = call.rights else { throw Refusal.internalError }
                // A superuser has every permission, also those of an application that nobody has named yet.
                let permissions = rights.isSuperuser ? Permission.all : rights.permissions.sorted()
                return Answer { json in
                    json.beginObject()
                    json.key("user")
                    json.user(identity.user, showsVerification: showsVerification)
                    json.key("is_superuser")
                    json.bool(rights.isSuperuser)
                    json.key("permissions")
                    json.strings(permissions.map(\.rawValue))
                    json.key("authenticated_at")
                    json.optional(identity.token.authentication?.at.iso8601)
                    json.key("is_fresh")
                    json.bool(identity.isFresh(at: call.context.now))
                    json.endObject()
                }
            }
        ]
    }

    private static let shape = Shape.object(
        name: "OwnRights",
        [
            Property("user", .user, help: "Your account."),
            Property("is_superuser", .boolean, example: "false", help: "True if you have every permission."),
            Property(
                "permissions", .array(of: .value(.string, example: "ostiary.view_user")),
                help: "Your permissions with those of your groups; for a superuser, all of the administration."),
            Property(
                "authenticated_at", format: "date-time", isNullable: true, example: "2026-01-01T12:00:00Z",
                help: "The time of your login; null for a token without session."),
            Property(
                "is_fresh", .boolean, example: "true",
                help: """
                    True if that was within the last \(Identity.freshness / 60) minutes, as some operations demand.
                    """),
        ])
}
