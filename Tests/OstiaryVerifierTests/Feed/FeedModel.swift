// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifier

/// The feed of a server: what was revoked, in its order, and pages of that. The cursor of a page is the number of entries before it.
struct FeedModel: Sendable {
    enum Entry: Sendable {
        case session(String)
        /// Tokens of a user that were issued before.
        case user(String, before: Int)
        case key(String)
    }

    let issuer: String
    private(set) var entries: [Entry] = []
    /// Seconds that its clock is ahead of the machine's.
    var ahead = 0

    init(issuer: String) { self.issuer = issuer }

    mutating func add(_ entry: Entry) { entries.append(entry) }

    /// A page before it is signed.
    struct Page: Sendable {
        var claims: [(name: String, json: String)]
        let isEmpty: Bool

        mutating func set(_ name: String, _ json: String) {
            guard let place = claims.firstIndex(where: { $0.name == name }) else { return }
            claims[place].json = json
        }

        func with(_ name: String, _ json: String) -> Page {
            var page = self
            page.set(name, json)
            return page
        }

        /// - Parameter type: `typ` of the header.
        func signed(by issuer: Issuer, kid: String = "ES256", type: String = "revocations+jwt") throws -> String {
            let header = #"{"alg":"ES256","kid":"\#(kid)","typ":"\#(type)"}"#
            return try Draft.signed("\(base64URL(header.utf8)).\(base64URL(Draft.text(claims).utf8))", by: issuer)
        }
    }

    /// - Parameters:
    ///   - cursor: nil for a whole list.
    ///   - limit: the largest number of entries.
    func page(after cursor: String?, limit: Int = 10_000, until: Int = 4_102_444_800) -> Page {
        let start = cursor.flatMap { Int($0.dropFirst()) } ?? 0
        let end = min(entries.count, start + limit)
        var (sessions, users, keys): ([String], [String], [String]) = ([], [], [])
        for entry in entries[min(start, end)..<end] {
            switch entry {
            case .session(let id): sessions.append(#""\#(id)":\#(until)"#)
            case .user(let id, let before): users.append(#""\#(id)":[\#(before),\#(until)]"#)
            case .key(let id): keys.append(#""\#(id)":\#(until)"#)
            }
        }
        return Page(
            claims: [
                ("iss", #""\#(issuer)""#), ("iat", "\(Int(Date().timeIntervalSince1970) + ahead)"),
                ("cursor", #""c\#(end)""#),
                ("complete", "\(cursor == nil)"), ("more", "\(end < entries.count)"),
                ("sessions", "{\(sessions.joined(separator: ","))}"), ("users", "{\(users.joined(separator: ","))}"),
                ("keys", "{\(keys.joined(separator: ","))}"),
            ], isEmpty: start >= end)
    }
}
