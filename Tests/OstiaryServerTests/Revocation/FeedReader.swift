// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiaryTestSupport

/// A client of a server, by its id and its secret.
struct ServiceClient: Sendable {
    let id: String
    let secret: String

    var authorization: (String, String) {
        ("Authorization", "Basic \(Data("\(id):\(secret)".utf8).base64EncodedString())")
    }
}

extension KeySite {
    /// Adds a client.
    /// - Parameter may: its rights.
    func addClient(_ name: String = "api", may: String = "feed") throws -> ServiceClient {
        let printed = try Document(command(["clients", "add", name, "--may", may, "--json"]))
        guard let id = printed["client_id"], let secret = printed["client_secret"] else {
            throw Failure("no secret in \(printed.names)")
        }
        return ServiceClient(id: id, secret: secret)
    }
}

/// A page of the feed, as a program reads it that trusts its connection.
struct FeedPage {
    let cursor: String
    let isComplete: Bool
    let hasMore: Bool
    let sessions: [String]
    let users: [String]
    let keys: [String]
    /// `kid` of the signature.
    let signer: String?

    init(_ text: String) throws {
        let token = try OstiaryServerTests.AccessToken(text)
        guard case .object(let claims) = try JSONReader.read(Array(token.payload.utf8)),
            case .string(let cursor)? = claims["cursor"], case .bool(let isComplete)? = claims["complete"],
            case .bool(let hasMore)? = claims["more"]
        else { throw Failure("not a page: \(token.payload)") }
        func names(_ member: String) -> [String] {
            if case .object(let object)? = claims[member] { object.members.map(\.key) } else { [] }
        }
        (self.cursor, self.isComplete, self.hasMore) = (cursor.text, isComplete, hasMore)
        (sessions, users, keys) = (names("sessions"), names("users"), names("keys"))
        signer = token.headerMember("kid")
    }
}

extension WireClient {
    func pollFeed(_ query: String, as client: ServiceClient) throws -> WireAnswer {
        try exchange(WireRequest("GET", "/api/revocations/\(query)", [client.authorization]))
    }

    /// The page behind a cursor. A server may have the new key for a moment before it signs with it.
    func feed(
        after cursor: String? = nil, wait: Int = 0, _ more: String = "", as client: ServiceClient
    ) throws -> FeedPage {
        var last: WireAnswer?
        let page: FeedPage? = try waitUntil(30) {
            let answer = try pollFeed("?wait=\(wait)\(cursor.map { "&after=\($0)" } ?? "")\(more)", as: client)
            last = answer
            guard answer.status != 404 else { return nil }
            guard answer.status == 200 else { throw Failure("\(answer)") }
            return try FeedPage(answer.text)
        }
        guard let page else { throw Failure("\(last?.text ?? "")") }
        return page
    }
}

extension Tokens {
    /// The id of the session.
    var session: String {
        get throws {
            guard let id = try AccessToken(access)["sid"] else { throw Failure("no session") }
            return String(id.dropFirst().dropLast())
        }
    }
}
