// SPDX-License-Identifier: Apache-2.0

/// A page of the feed, its signature verified. All times are whole seconds since 1970.
package struct RevocationPage: Sendable {
    /// The time of which it tells the state.
    let issuedAt: Int
    /// The place in the feed behind it.
    let cursor: String
    /// True for the first page of a whole list: all that counts is on it and on those that follow.
    let isWhole: Bool
    /// True if the next page is there already.
    let hasMore: Bool
    let sessions: [(id: String, until: Int)]
    let users: [(id: String, before: Int, until: Int)]
    let keys: [(id: String, until: Int)]

    static let type = "revocations+jwt"
    static let maximumSize = 2 << 20
    private static let maximumCursor = 4_096

    var isEmpty: Bool { sessions.isEmpty && users.isEmpty && keys.isEmpty }

    /// - Parameters:
    ///   - payload: the claims as JSON.
    ///   - issuer: the issuer that is expected.
    /// - Returns: nil as for claims, and for bytes that are no JSON object.
    package init?(_ payload: [UInt8], issuer: String) {
        guard let claims = JSON.object(payload) else { return nil }
        self.init(claims, issuer: issuer)
    }

    /// - Parameters:
    ///   - claims: the payload.
    ///   - issuer: the issuer that is expected.
    /// - Returns: nil if a member is missing, of another type, or of another issuer.
    init?(_ claims: [String: JSON], issuer: String) {
        guard claims["iss"]?.text?.hasSameBytes(as: issuer) == true, let issuedAt = claims["iat"]?.seconds,
            let cursor = claims["cursor"]?.text, !cursor.isEmpty, cursor.isVisibleASCII,
            cursor.utf8.count <= Self.maximumCursor, case .bool(let isWhole)? = claims["complete"],
            case .bool(let hasMore)? = claims["more"], let sessions = Self.ends(claims["sessions"]),
            let keys = Self.ends(claims["keys"]), let users = Self.users(claims["users"])
        else { return nil }
        self.issuedAt = issuedAt
        self.cursor = cursor
        self.isWhole = isWhole
        self.hasMore = hasMore
        self.sessions = sessions
        self.users = users
        self.keys = keys
    }

    /// One wrong entry makes the page none: an entry that is passed over would let a token in.
    private static func ends(_ value: JSON?) -> [(id: String, until: Int)]? {
        guard let members = value?.members else { return nil }
        var ends: [(id: String, until: Int)] = []
        ends.reserveCapacity(members.count)
        for (id, value) in members {
            guard let until = value.seconds else { return nil }
            ends.append((id, until))
        }
        return ends
    }

    private static func users(_ value: JSON?) -> [(id: String, before: Int, until: Int)]? {
        guard let members = value?.members else { return nil }
        var users: [(id: String, before: Int, until: Int)] = []
        for (id, value) in members {
            guard case .array(let times) = value, times.count == 2, let before = times[0].seconds,
                let until = times[1].seconds
            else { return nil }
            users.append((id, before, until))
        }
        return users
    }
}
