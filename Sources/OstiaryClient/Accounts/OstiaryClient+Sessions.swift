// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
import HTTPTypes

extension OstiaryClient {
    /// A session of the account: a login on some device.
    public struct Session: Sendable, Equatable, Identifiable {
        /// The id, which is not secret.
        public let id: UUID
        /// The time of the login.
        public let createdAt: Date
        /// The time at which a token of the session was last used, to five minutes.
        public let lastUsedAt: Date
        /// The address from which the user logged in; nil if it is not known.
        public let address: String?
        /// The `User-Agent` of the login; nil if there was none.
        public let userAgent: String?
        /// True for the session of this client.
        public let isCurrent: Bool
    }

    /// The open sessions of the account, the one used last first: 5,000 at most.
    public func sessions() async throws -> [Session] {
        var found: [Session] = []
        var path = "/api/sessions/"
        // A server whose pages never end is not followed for ever.
        for _ in 0..<25 {
            let answer = try await send(.get(path)).checked()
            let page = try answer.decode([Session].self)
            found += page
            let link = Self.link.flatMap { answer.headerFields[$0] }
            guard link != nil, let last = page.last else { break }
            path = "/api/sessions/?after=\(last.id.uuidString.lowercased())"
        }
        return found
    }

    private static let link = HTTPField.Name("Link")

    /// Ends a session of the account. If it is this client's, the next request tells so.
    /// - Parameter id: the id of the session.
    /// - Throws: ``ClientError/refused(_:)`` with ``RefusalCode/notFound``.
    public func endSession(_ id: UUID) async throws {
        try await send(.delete("/api/sessions/\(id.uuidString.lowercased())/")).checked()
    }

    /// Ends all sessions of the account but this client's.
    public func endOtherSessions() async throws {
        try await send(.delete("/api/sessions/")).checked()
    }
}

extension OstiaryClient.Session: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, current
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case address = "ip"
        case userAgent = "user_agent"
    }

    /// Reads an element of `GET /api/sessions/`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func time(_ key: CodingKeys) throws -> Date {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            let text = try container.decode(String.self, forKey: key)
            guard let date = (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text)) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "no time")
            }
            return date
        }
        id = try container.decode(UUID.self, forKey: .id)
        createdAt = try time(.createdAt)
        lastUsedAt = try time(.lastUsedAt)
        address = try container.decodeIfPresent(String.self, forKey: .address)
        userAgent = try container.decodeIfPresent(String.self, forKey: .userAgent)
        isCurrent = try container.decode(Bool.self, forKey: .current)
    }
}
