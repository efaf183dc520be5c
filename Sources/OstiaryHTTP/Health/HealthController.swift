import HTTPTypes
import OstiaryCore

/// `GET /healthz` and `GET /readyz`, for supervisors and load balancers.
public struct HealthController: Sendable {
    private let readiness: @Sendable () async -> Readiness

    /// - Parameter readiness: asked by each `GET /readyz`.
    public init(readiness: @escaping @Sendable () async -> Readiness) { self.readiness = readiness }

    public var endpoints: [Endpoint] {
        [
            .public(.get, "/healthz/", name: "Health", parsers: []) { _ in
                Answer { json in
                    json.beginObject()
                    json.key("status")
                    json.string("ok")
                    json.endObject()
                }
            },
            .public(.get, "/readyz/", name: "Readiness", parsers: []) { [readiness] _ in
                let state = await readiness()
                return Answer(status: state.isReady ? .ok : .serviceUnavailable) { json in
                    json.beginObject()
                    json.key("status")
                    json.string(state.isReady ? "ready" : "not ready")
                    for (part, note) in state.notes {
                        json.key(part)
                        json.string(note)
                    }
                    json.endObject()
                }
            },
        ]
    }
}

/// Whether requests should be sent here.
public struct Readiness: Sendable {
    public var isReady: Bool
    /// A word on each part, for people.
    public var notes: [(part: String, note: String)]

    public init(isReady: Bool, notes: [(part: String, note: String)] = []) {
        self.isReady = isReady
        self.notes = notes
    }
}
