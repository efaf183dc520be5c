// SPDX-License-Identifier: Apache-2.0

/// One page of a list.
public struct ListPage<Element: Sendable>: Sendable {
    /// The rows in the order of the list, at most ``ListLimits/page``.
    public var items: [Element]
    /// The cursor of the next page; nil if this is the last one. The next page may be empty.
    public var next: PageCursor?
    /// True if the page ends before it is full, because the store has looked at ``ListLimits/reach`` rows. The list
    /// goes on at ``next``.
    public var isCutShort: Bool

    /// - Parameters:
    ///   - items: the rows in the order of the list.
    ///   - next: the cursor of the next page; nil if this is the last one.
    ///   - isCutShort: true if the store has looked at ``ListLimits/reach`` rows before the page was full.
    public init(items: [Element], next: PageCursor?, isCutShort: Bool = false) {
        self.items = items
        self.next = next
        self.isCutShort = isCutShort
    }

    /// A page without rows, which is the last one.
    public static var empty: ListPage { ListPage(items: [], next: nil) }

    /// The page with another value in the place of each item.
    public func map<Other: Sendable>(_ transform: (Element) throws -> Other) rethrows -> ListPage<Other> {
        ListPage<Other>(items: try items.map(transform), next: next, isCutShort: isCutShort)
    }
}

extension ListPage: Equatable where Element: Equatable {}

/// The size of a page, and the effort for it.
public struct ListLimits: Sendable, Equatable {
    /// The most rows of a page.
    public var page: Int
    /// The most rows that a store looks at for one page, where no index leads to the rows that match.
    public var reach: Int
    /// The same where neighbours in the index are not neighbours in the table, so that each row costs a search.
    public var scatteredReach: Int

    /// - Parameters:
    ///   - page: the most rows of a page.
    ///   - reach: the most rows that a store looks at for one page.
    ///   - scatteredReach: the same where each row costs a search.
    public init(page: Int = 50, reach: Int = 16_000, scatteredReach: Int = 2_000) {
        self.page = page
        self.reach = reach
        self.scatteredReach = scatteredReach
    }
}
