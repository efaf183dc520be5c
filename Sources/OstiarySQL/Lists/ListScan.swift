// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The part of a list that one index leads to, in the order of that index, with a filter on the rows that it gives.
///
/// The filter looks at a bounded number of rows, so a list is a subquery with a limit of its own inside the filter. Both
/// engines read such a subquery row by row and keep its order; a second `ORDER BY` would make SQLite read and sort all
/// of it. Where the page is not full, the same statement tells how many rows were looked at, and the keys of the last.
struct ListScan: Sendable {
    /// The columns of a row in the subquery, and the columns of the index.
    var columns: StaticString
    var keys: StaticString
    /// The table with the condition and the order that the index serves: `FROM … WHERE … ORDER BY …`.
    var source: SQLQuery
    /// The table with the same condition and order where only ``keys`` are read; nil for ``source``.
    var keySource: SQLQuery?
    /// The result, made of rows `r`, and as many times NULL.
    var result: SQLQuery
    var padding: StaticString
    /// A condition on rows `r`.
    var filter: SQLQuery
    /// The expressions of the last keys.
    var last: Last
    /// True if the rows are in another order in their table, so that each costs a search.
    var isScattered: Bool

    enum Last: Sendable {
        /// One unique key: an aggregate of rows `k`.
        case single(StaticString)
        /// Two keys: an aggregate of the first, named `first`, of rows `k`, and one of the second of the rows `k` whose
        /// first is `m.first`.
        case pair(StaticString, StaticString)
    }

    /// - Parameters:
    ///   - page: the most rows of the result.
    ///   - reach: the most rows to look at.
    func statement(page: Int, reach: Int) -> SQLQuery {
        let rows: SQLQuery = "(SELECT \(raw: columns) \(source) LIMIT \(Int64(reach)))"
        return """
            WITH page AS (SELECT \(result) FROM \(rows) r WHERE \(filter) LIMIT \(Int64(page)))
            SELECT p.*, NULL, NULL, NULL FROM page p
            UNION ALL
            SELECT \(raw: padding), \(look(page: page, reach: reach))
            """
    }

    private func look(page: Int, reach: Int) -> SQLQuery {
        let rows: SQLQuery = "(SELECT \(raw: keys) \(keySource ?? source) LIMIT \(Int64(reach)))"
        // A limit of nothing, since SQLite would read all rows for a condition that none of them changes. The inner limit
        // is a number for the planner of PostgreSQL, which would guess a share of the table for an expression.
        let wanted: SQLQuery = """
            (SELECT w.* FROM \(rows) w
                LIMIT CASE WHEN (SELECT count(*) FROM page) < \(Int64(page)) THEN \(Int64(reach)) ELSE 0 END)
            """
        return switch last {
        case .single(let key): "NULL, \(raw: key), count(*) FROM \(wanted) k"
        case .pair(let first, let second):
            """
            m.first, (SELECT \(raw: second) FROM \(rows) k WHERE m.looked > 0), m.looked
            FROM (SELECT \(raw: first) AS first, count(*) AS looked FROM \(wanted) k) m
            """
        }
    }
}

/// The rows of a page.
struct FoundRows<Row, Position> {
    var rows: [Row] = []
    /// True if there is a row behind these.
    var isMore = false
    /// The keys of the last row that was looked at, if others may follow.
    var cut: Position?

    func isCutShort(of limits: ListLimits) -> Bool { cut != nil && rows.count < limits.page }
}

extension FoundRows: Sendable where Row: Sendable, Position: Sendable {}

extension SQLConnection {
    /// Fills a page along several indexes, one after the other.
    /// - Parameters:
    ///   - row: reads a row of the result.
    ///   - position: reads the last keys of a part; its columns begin at the given one.
    func fill<Row, Position>(
        _ scans: [ListScan], _ limits: ListLimits, row read: (SQLRow) throws -> Row,
        position: (SQLRow, _ first: Int) throws -> Position
    ) throws -> FoundRows<Row, Position> {
        var found = FoundRows<Row, Position>()
        var looked = 0
        for scan in scans {
            let reach = max(0, (scan.isScattered ? min(limits.reach, limits.scatteredReach) : limits.reach) - looked)
            // One row more than fits tells that there is a next page.
            for row in try run(scan.statement(page: limits.page + 1 - found.rows.count, reach: reach)) {
                let width = row.values.count - 3
                guard let count = try row.optionalInteger(width + 2) else {
                    found.rows.append(try read(row))
                    continue
                }
                // Nothing was looked at beyond a full page.
                if count > 0, count >= reach { found.cut = try position(row, width) }
                looked += Int(count)
            }
            if found.rows.count > limits.page {
                found.rows.removeLast()
                found.isMore = true
                return found
            }
            if found.cut != nil { return found }
        }
        return found
    }
}
