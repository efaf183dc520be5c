// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/link/`
package struct LinkController: Sendable {
    private let links: LinkService

    package init(links: LinkService) { self.links = links }

    private static let showing = APIOperation(
        .post, "/api/link/", name: "Link", operationID: "showLink", security: .public,
        about: .init(
            "Show a link",
            """
            Tells what the link of a message is for, and uses nothing: a page can say which account and what will happen \
            before somebody presses its button. Programs that look at links in messages must not be able to use them, so \
            only `POST` does.
            """,
            tag: .mail, fields: [.linkToken],
            successes: [
                Success(
                    "The purpose of the link.",
                    .object(
                        name: "Link",
                        [
                            Property(
                                "purpose", example: "reset",
                                help:
                                    "`verification`, `registration`, `reset`, `change`, `undo` or `login`: the request that uses the link."
                            ),
                            Property(
                                "email", format: "email", example: "first@example.com",
                                help: "The address that the link was sent to; for `change`, the new one."),
                            Property(
                                "expires_at", format: "date-time", example: "2027-01-15T09:00:00Z",
                                help: "The end of the link."),
                        ]))
            ],
            errors: [.invalidFields, .invalidLink], throttles: [Setting.throttleLink.name]))

    /// The operations of the endpoint.
    package static let operations = [showing]

    package var endpoints: [Endpoint] { [.public(Self.showing, handler: show)] }

    private func show(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let token = fields.linkToken()
        try fields.check()
        guard let found = try await links.find(token, in: call.context) else { throw Refusal.invalidLink }
        return Answer { json in
            json.beginObject()
            json.key("purpose")
            json.string(found.purpose.rawValue)
            json.key("email")
            json.string(found.email)
            json.key("expires_at")
            json.string(found.expiresAt.iso8601)
            json.endObject()
        }
    }
}
