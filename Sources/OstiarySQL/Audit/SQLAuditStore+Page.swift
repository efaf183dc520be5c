// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLAuditStore {
    package func page(_ query: AuditQuery, in context: RequestContext) async throws -> ListPage<AuditEntry> {
        guard !query.isInVain else { return .empty }
        let ids = try await range(of: query, in: context)
        // One part for each subject: with OR the engines would use neither of the two indexes.
        let subjects: [SQLQuery] =
            [query.user.map { "a.user_id = \($0) AND " }, query.object.map { "a.object = \($0) AND " }]
            .compactMap { $0 }
        let scans = (subjects.isEmpty ? [""] : subjects).map { query.scan(of: $0, ids: ids) }
        let limits = ListLimits(page: query.limit, reach: query.reach)
        let parts: [FoundRows<AuditEntry, Int64>] = try await database.fetch(in: context) { connection in
            try scans.map { scan in
                try connection.fill([scan], limits, row: AuditRow.entry) { try $0.integer($1 + 1) }
            }
        }
        // Every part is complete down to this id.
        let horizon = parts.compactMap { $0.isMore ? $0.rows.last?.id : $0.cut }.max()
        let found = Dictionary(parts.flatMap(\.rows).map { ($0.id, $0) }) { first, _ in first }
        let entries = found.values.filter { $0.id >= horizon ?? .min }.sorted { $0.id > $1.id }
        if entries.count > query.limit || entries.count == query.limit && horizon != nil {
            let items = Array(entries.prefix(query.limit))
            return ListPage(items: items, next: items.last.map { AuditQuery.cursor(behind: $0.id) })
        }
        return ListPage(items: entries, next: horizon.map(AuditQuery.cursor(behind:)), isCutShort: horizon != nil)
    }

    /// The ids between which the entries of the query are. Times are about in the order of ids, so the ids are found
    /// without an index on times.
    func range(of query: AuditQuery, in context: RequestContext) async throws -> Range<Int64> {
        var (low, high) = (query.after == .max ? .max : query.after + 1, query.before ?? .max)
        if query.since != nil || query.until != nil {
            let start = query.since?.adding(seconds: -AuditQuery.disorder) ?? Timestamp(microseconds: .min)
            let end = query.until?.adding(seconds: AuditQuery.disorder) ?? Timestamp(microseconds: .max)
            let search: SQLQuery = "SELECT \(Self.id(from: start)), \(Self.id(from: end))"
            let found = try await database.fetch(in: context) { try $0.run(search).single() }
            low = max(low, query.since == nil ? .min : try found.integer(0))
            high = min(high, query.until == nil ? .max : try found.integer(1))
        }
        return low..<max(low, high)
    }

    /// The first id from a moment on, found by halves.
    private static func id(from time: Timestamp) -> SQLQuery {
        let isEarlier: SQLQuery = """
            (SELECT a.at FROM ostiary_audit a WHERE a.id >= h.low + (h.high - h.low) / 2 ORDER BY a.id LIMIT 1)
                < \(time.microseconds)
            """
        return """
            (WITH RECURSIVE h(low, high) AS (
                SELECT (SELECT a.id FROM ostiary_audit a ORDER BY a.id LIMIT 1),
                    (SELECT a.id + 1 FROM ostiary_audit a ORDER BY a.id DESC LIMIT 1)
                UNION ALL
                SELECT CASE WHEN \(isEarlier) THEN h.low + (h.high - h.low) / 2 + 1 ELSE h.low END,
                    CASE WHEN \(isEarlier) THEN h.high ELSE h.low + (h.high - h.low) / 2 END
                FROM h WHERE h.low < h.high
            ) SELECT COALESCE(max(h.low), 0) FROM h)
            """
    }
}

extension AuditQuery {
    /// True if a text has a NUL, as no text of a row has, and PostgreSQL takes none.
    var isInVain: Bool {
        [actor, object, event?.rawValue].contains { $0?.utf8.contains(0) == true }
    }

    /// - Parameter subject: a condition that an index serves, with ` AND ` behind it, or nothing.
    fileprivate func scan(of subject: SQLQuery, ids: Range<Int64>) -> ListScan {
        ListScan(
            columns: AuditRow.columns, keys: "id",
            source: """
                FROM ostiary_audit a
                WHERE \(subject)a.id >= \(ids.lowerBound) AND a.id < \(ids.upperBound) ORDER BY a.id DESC
                """,
            result: "\(raw: AuditRow.columns)",
            padding: "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            filter: """
                (\(event?.rawValue) IS NULL OR r.event = \(event?.rawValue))
                AND (\(actor) IS NULL OR r.actor = \(actor))
                AND (\(session?.bytes) IS NULL OR r.session_id = \(session?.bytes))
                AND (\(network?.description) IS NULL OR r.network = \(network?.description))
                AND r.at >= \(since?.microseconds ?? .min) AND r.at < \(until?.microseconds ?? .max)
                """,
            last: .single("min(k.id)"), isScattered: user != nil || object != nil)
    }
}
