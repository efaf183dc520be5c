// SPDX-License-Identifier: Apache-2.0

extension UserQuery {
    private static let list = "users"

    /// Begins the page behind a cursor. Filters and order have to be set before.
    /// - Parameter text: the text of a client.
    /// - Returns: false if the text is no cursor of this list in this order; nothing is changed then.
    public mutating func resume(at text: String) -> Bool {
        var resumed = self
        resumed.cursor = PageCursor(text, list: Self.list, order: effectiveOrder.rawValue)
        guard resumed.position != nil else { return false }
        self = resumed
        return true
    }

    /// The sort keys of a row.
    package enum Position: Sendable, Equatable {
        case id(User.ID)
        /// - Parameter key: the address in lower case.
        case email(key: String)
        case lastLogin(Timestamp?, User.ID)

        /// The keys of a user in an order.
        package init(_ user: User, in order: Order) {
            switch order {
            case .id, .idDescending: self = .id(user.id)
            case .email, .emailDescending: self = .email(key: EmailAddress.key(of: user.email))
            case .lastLogin, .lastLoginDescending: self = .lastLogin(user.lastLogin, user.id)
            }
        }
    }

    /// The place where the page begins; nil for the first page, and for a cursor of another list or order.
    package var position: Position? {
        guard let cursor, cursor.list.hasSameBytes(as: Self.list),
            cursor.order.hasSameBytes(as: effectiveOrder.rawValue)
        else { return nil }
        switch (effectiveOrder, cursor.keys.count) {
        case (.id, 1), (.idDescending, 1):
            guard case .integer(let id) = cursor.keys[0] else { return nil }
            return .id(id)
        case (.email, 1), (.emailDescending, 1):
            return cursor.keys[0].text.map(Position.email)
        case (.lastLogin, 2), (.lastLoginDescending, 2):
            guard case .integer(let id) = cursor.keys[1] else { return nil }
            switch cursor.keys[0] {
            case .null: return .lastLogin(nil, id)
            case .integer(let microseconds):
                let time = Timestamp(microseconds: microseconds)
                return (Timestamp.earliest...Timestamp.latest).contains(time) ? .lastLogin(time, id) : nil
            case .bytes: return nil
            }
        default: return nil
        }
    }

    /// True for a cursor of another list or order, behind which there is nothing.
    package var isMisplaced: Bool { cursor != nil && position == nil }

    /// The cursor behind a row.
    package func cursor(behind position: Position) -> PageCursor {
        let keys: [PageCursor.Key] =
            switch position {
            case .id(let id): [.integer(id)]
            case .email(let key): [PageCursor.Key(key)]
            case .lastLogin(let time, let id): [time.map { .integer($0.microseconds) } ?? .null, .integer(id)]
            }
        return PageCursor(list: Self.list, order: effectiveOrder.rawValue, keys: keys)
    }

    /// The same selection in the order in which an index finds it soonest.
    package var inCheapestOrder: UserQuery {
        var query = self
        let hasIndex =
            name != nil || group != nil || isStaff == true || isSuperuser == true || isActive == false
        query.order = hasIndex ? .id : nil
        return query
    }
}

extension Timestamp {
    /// The first moment of the year 1. Both engines keep times from here to ``latest``.
    package static let earliest = Timestamp(seconds: -62_135_596_800)
    /// The last moment of the year 9999.
    package static let latest = Timestamp(microseconds: 253_402_300_799_999_999)
}
