// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// `GET /healthz` and `GET /readyz`, for supervisors and load balancers.
package struct HealthController: Sendable {
    private let readiness: @Sendable () async -> Readiness

    /// - Parameter readiness: called for each `GET /readyz`.
    package init(readiness: @escaping @Sendable () async -> Readiness) { self.readiness = readiness }

    private static let livenessOperation = APIOperation(
        .get, "/healthz/", name: "Health", operationID: "checkHealth", security: .public,
        about: .init(
            "Check that the process runs", "Answers 200 as long as the process runs, even if the database is down.",
            successes: [Success("The process runs.", .object(name: "Health", [Self.status("ok")]))]
        ),
        parsers: []
    )

    private static let readinessOperation = APIOperation(
        .get, "/readyz/", name: "Readiness", operationID: "checkReadiness", security: .public,
        about: .init(
            "Check that the server is ready for requests",
            """
            For load balancers.

            The status is 503 while the database does not answer or keeps no writes, while it records a signing key other than \
            this server's, and while the server shuts down.
            """,
            successes: [
                Success("The server is ready.", Self.shape("ready")),
                Success("The server is not ready.", Self.shape("not ready"), status: .serviceUnavailable),
            ]
        ),
        parsers: []
    )

    /// The operations of the health endpoints.
    package static let operations = [livenessOperation, readinessOperation]

    package var endpoints: [Endpoint] {
        [
            .public(Self.livenessOperation) { _ in Self.answer("ok") },
            .public(Self.readinessOperation) { [readiness] _ in
                let state = await readiness()
                return state.isReady
                    ? Self.answer("ready", state.notes)
                    : Self.answer("not ready", state.notes, status: .serviceUnavailable)
            },
        ]
    }

    /// True if a request target is `/healthz` or `/readyz`, with or without the last slash.
    static func isProbe(_ target: String) -> Bool {
        ["/healthz", "/healthz/", "/readyz", "/readyz/"].contains { target.hasSameBytes(as: $0) }
    }

    private static func answer(
        _ word: String, _ notes: [(part: String, note: String)] = [], status: HTTPResponse.Status = .ok
    ) -> Answer {
        Answer(status: status) { json in
            json.beginObject()
            json.key("status")
            json.string(word)
            for (part, note) in notes {
                json.key(part)
                json.string(note)
            }
            json.endObject()
        }
    }

    private static func status(_ word: String) -> Property {
        Property("status", example: word, help: "The state of the server.")
    }

    private static func shape(_ word: String) -> Shape {
        let parts = ["database", "changes", "redis", "throttling", "mail", "server"]
        return .object(
            name: "Readiness",
            [status(word)]
                + parts.map { Property($0, isRequired: false, example: "ok", help: "A note on the \($0), for people.") }
        )
    }
}

/// The result of a readiness check.
package struct Readiness: Sendable {
    package var isReady: Bool
    /// A short note about each part of the server, for people.
    package var notes: [(part: String, note: String)]

    package init(isReady: Bool, notes: [(part: String, note: String)] = []) {
        self.isReady = isReady
        self.notes = notes
    }
}
