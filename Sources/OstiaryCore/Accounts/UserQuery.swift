// SPDX-License-Identifier: Apache-2.0

/// A selection of users in an order, by page. nil and false in a filter select all.
public struct UserQuery: Sendable, Equatable {
    /// An id or the beginning of an address.
    public var search: Search?
    /// The exact display name.
    public var name: String?
    /// True for active accounts only, false for deactivated ones only.
    public var isActive: Bool?
    /// True for members of the staff only, false for all others only.
    public var isStaff: Bool?
    /// True for superusers only, false for all others only.
    public var isSuperuser: Bool?
    /// The id of a group whose members are listed.
    public var group: Int64?
    /// Users whose last login was before this moment; with ``neverLoggedIn`` also those who never logged in.
    public var lastLoginBefore: Timestamp?
    /// Users who never logged in.
    public var neverLoggedIn: Bool
    /// nil for the order that an index gives to the filters: by e-mail for a search by that, by last login for
    /// ``lastLoginBefore``, else by id.
    public var order: Order?
    /// The place where the page begins; nil for the first page. A cursor of another order selects nobody; see
    /// ``resume(at:)``.
    public var cursor: PageCursor?
    /// The size of the page, and the rows that may be looked at for it.
    public var limits: ListLimits

    /// - Parameters:
    ///   - search: an id or the beginning of an address; nil for all.
    ///   - name: the exact display name; nil for all.
    ///   - isActive: true or false to list only such accounts; nil for all.
    ///   - isStaff: true or false to list only such accounts; nil for all.
    ///   - isSuperuser: true or false to list only such accounts; nil for all.
    ///   - group: the id of a group whose members are listed; nil for all.
    ///   - lastLoginBefore: the moment before which the last login was; nil for all.
    ///   - neverLoggedIn: true to list only accounts that never logged in.
    ///   - order: the order of the list.
    ///   - cursor: the ``ListPage/next`` of a page of the same query.
    ///   - limits: the size of a page, and the most rows to look at.
    public init(
        search: Search? = nil, name: String? = nil, isActive: Bool? = nil, isStaff: Bool? = nil,
        isSuperuser: Bool? = nil, group: Int64? = nil, lastLoginBefore: Timestamp? = nil, neverLoggedIn: Bool = false,
        order: Order? = nil, cursor: PageCursor? = nil, limits: ListLimits = ListLimits()
    ) {
        self.search = search
        self.name = name
        self.isActive = isActive
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
        self.group = group
        self.lastLoginBefore = lastLoginBefore
        self.neverLoggedIn = neverLoggedIn
        self.order = order
        self.cursor = cursor
        self.limits = limits
    }

    /// The orders of a list of users. Each is total, so that a page begins where the one before ended.
    public enum Order: String, Sendable, CaseIterable {
        /// By the id, the smallest first.
        case id
        /// By the id, the largest first.
        case idDescending = "-id"
        /// By the address in lower case, as bytes.
        case email
        /// By the address in lower case, as bytes, in reverse.
        case emailDescending = "-email"
        /// By the time of the last login, then by id. Users who never logged in are the first.
        case lastLogin = "last_login"
        /// The reverse of ``lastLogin``: users who never logged in are the last.
        case lastLoginDescending = "-last_login"
    }

    /// The order of the list: ``order``, or the one that stands in for nil.
    public var effectiveOrder: Order {
        if let order { return order }
        if case .email = search { return .email }
        return lastLoginBefore == nil ? .id : .lastLogin
    }
}

extension UserQuery {
    /// A text by which users are searched.
    public enum Search: Sendable, Equatable {
        /// The account with this id.
        case id(User.ID)
        /// The beginning of an address.
        case email(EmailPrefix)
        /// A text that is the beginning of no address; nobody is found.
        case nothing

        /// - Parameter text: digits are an id, all else is the beginning of an e-mail address in any case of its
        ///   letters.
        public init(_ text: String) {
            if !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) {
                self = Int64(text).map(Search.id) ?? .nothing
            } else {
                self = EmailPrefix(text).map(Search.email) ?? .nothing
            }
        }
    }

    /// The beginning of an address in lower case, as a range of ``EmailAddress/key``.
    public struct EmailPrefix: Sendable, Hashable {
        /// The first text of the range: the prefix itself.
        public let text: String
        /// The first text behind the range, by bytes.
        public let end: String

        /// - Returns: nil for a text with which no address begins: an empty one, a long one, one that is not ASCII or
        ///   has a NUL.
        public init?(_ text: String) {
            guard text.utf8.count <= EmailAddress.maximumLength else { return nil }
            let bytes = Array(EmailAddress.key(of: text).utf8)
            guard bytes.allSatisfy({ (1...0x7F).contains($0) }) else { return nil }
            // The last byte is counted up; the highest of ASCII cannot be, so it is left out.
            guard let last = bytes.lastIndex(where: { $0 < 0x7F }) else { return nil }
            self.text = String(decoding: bytes, as: UTF8.self)
            self.end = String(decoding: bytes[..<last] + [bytes[last] + 1], as: UTF8.self)
        }
    }
}
