// SPDX-License-Identifier: Apache-2.0

/// A selection of the live sessions of all users, the one that started last first; nil in a filter selects all.
public struct SessionQuery: Sendable, Equatable {
    /// The account of the sessions.
    public var user: User.ID?
    /// The address of the login.
    public var address: IPAddress?
    /// Sessions from before this moment.
    public var startedBefore: Timestamp?
    /// Sessions from this moment on.
    public var startedAfter: Timestamp?
    /// The place where the page begins; nil for the first page. A cursor of another list selects nothing; see
    /// ``resume(at:)``.
    public var cursor: PageCursor?
    /// The size of the page, and the rows that may be looked at for it.
    public var limits: ListLimits

    /// - Parameters:
    ///   - user: the id of the account; nil for all.
    ///   - address: the client's address at the login; nil for all.
    ///   - startedBefore: the moment before which the login was; nil for all.
    ///   - startedAfter: the moment after which the login was; nil for all.
    ///   - cursor: the ``ListPage/next`` of a page of the same query.
    ///   - limits: the size of a page, and the most rows to look at.
    public init(
        user: User.ID? = nil, address: IPAddress? = nil, startedBefore: Timestamp? = nil,
        startedAfter: Timestamp? = nil, cursor: PageCursor? = nil, limits: ListLimits = ListLimits()
    ) {
        self.user = user
        self.address = address
        self.startedBefore = startedBefore
        self.startedAfter = startedAfter
        self.cursor = cursor
        self.limits = limits
    }
}

/// A live session in the list of all users' sessions.
public struct ListedSession: Sendable, Equatable {
    /// The session as its user sees it.
    public var record: SessionRecord
    /// The account of the session.
    public var user: User.ID
    /// The login of the user.
    public var email: String
    /// The login that opened the session.
    public var authentication: Authentication

    /// - Parameters:
    ///   - record: the session as its user sees it.
    ///   - user: the account of the session.
    ///   - email: the login of that account.
    ///   - authentication: the login that opened the session.
    public init(record: SessionRecord, user: User.ID, email: String, authentication: Authentication) {
        self.record = record
        self.user = user
        self.email = email
        self.authentication = authentication
    }
}

extension SessionQuery {
    private static let (list, order) = ("sessions", "-started_at")

    /// Begins the page behind a cursor.
    /// - Parameter text: the text of a client.
    /// - Returns: false if the text is no cursor of this list; nothing is changed then.
    public mutating func resume(at text: String) -> Bool {
        var resumed = self
        resumed.cursor = PageCursor(text, list: Self.list, order: Self.order)
        guard resumed.position != nil else { return false }
        self = resumed
        return true
    }

    /// The sort keys of a row: the later start first, then the larger id.
    package struct Position: Sendable, Equatable {
        package var startedAt: Timestamp
        package var id: SessionID

        package init(startedAt: Timestamp, id: SessionID) {
            self.startedAt = startedAt
            self.id = id
        }

        package static func < (left: Position, right: Position) -> Bool {
            left.startedAt == right.startedAt
                ? left.id.bytes.lexicographicallyPrecedes(right.id.bytes) : left.startedAt < right.startedAt
        }
    }

    /// The place where the page begins; nil for the first page, and for a cursor of another list.
    package var position: Position? {
        guard let cursor, cursor.list.hasSameBytes(as: Self.list), cursor.order.hasSameBytes(as: Self.order),
            cursor.keys.count == 2, case .integer(let time) = cursor.keys[0], case .bytes(let bytes) = cursor.keys[1]
        else { return nil }
        return SessionID(bytes: bytes).map { Position(startedAt: Timestamp(microseconds: time), id: $0) }
    }

    /// True for a cursor of another list, behind which there is nothing.
    package var isMisplaced: Bool { cursor != nil && position == nil }

    /// The cursor behind a row.
    package func cursor(behind position: Position) -> PageCursor {
        PageCursor(
            list: Self.list, order: Self.order,
            keys: [.integer(position.startedAt.microseconds), .bytes(position.id.bytes)])
    }
}
