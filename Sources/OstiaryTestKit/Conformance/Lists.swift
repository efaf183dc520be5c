// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A list that was run through from the first page to the last.
struct Listing<Row: Sendable> {
    var rows: [Row] = []
    var pages = 0
    var cuts = 0

    /// - Parameters:
    ///   - limits: those of each page.
    ///   - page: asks for the page that begins at the text of a cursor; nil for the first.
    ///   - between: called behind each page with its number, from 1 on.
    init(
        _ limits: ListLimits, page: (String?) async throws -> ListPage<Row>,
        between: (Int) async throws -> Void = { _ in }
    ) async throws {
        var cursor: String?
        repeat {
            let page = try await page(cursor)
            pages += 1
            cuts += page.isCutShort ? 1 : 0
            try require(page.items.count <= limits.page, "a page has no more rows than that")
            if page.isCutShort {
                try require(page.next != nil, "behind a page that was cut short there is another")
                try require(page.items.count < limits.page, "a full page is not cut short")
            } else if page.next != nil {
                try requireEqual(page.items.count, limits.page, "before another page, a page is full or cut short")
            }
            try require(page.next == nil || page.next?.text != cursor, "a page gets further")
            rows += page.items
            cursor = page.next?.text
            try await between(pages)
        } while cursor != nil
    }
}

extension Stores {
    /// Runs through the users of a query.
    func listing(
        _ query: UserQuery, between: (Int) async throws -> Void = { _ in }
    ) async throws -> Listing<User> {
        try await Listing(
            query.limits,
            page: { cursor in
                var query = query
                if let cursor { try require(query.resume(at: cursor), "a cursor of the list") }
                return try await accounts.users(query, in: .test(at: Stores.start))
            }, between: between)
    }

    /// Runs through the sessions of a query.
    func listing(
        _ query: SessionQuery, after seconds: Int = 0, between: (Int) async throws -> Void = { _ in }
    ) async throws -> Listing<ListedSession> {
        try await Listing(
            query.limits,
            page: { cursor in
                var query = query
                if let cursor { try require(query.resume(at: cursor), "a cursor of the list") }
                return try await sessions.sessions(query, in: .test(at: Stores.start.adding(seconds: seconds)))
            }, between: between)
    }

    /// Runs through the audit entries of a query.
    func listing(
        _ query: AuditQuery, between: (Int) async throws -> Void = { _ in }
    ) async throws -> Listing<AuditEntry> {
        try await Listing(
            ListLimits(page: query.limit, reach: query.reach),
            page: { cursor in
                var query = query
                if let cursor { try require(query.resume(at: cursor), "a cursor of the list") }
                return try await audit.page(query, in: .test(at: Stores.start))
            }, between: between)
    }
}
