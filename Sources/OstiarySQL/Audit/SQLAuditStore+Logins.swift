// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLAuditStore {
    package func logins(
        from start: Timestamp, hours: Int, reach: Int, in context: RequestContext
    ) async throws -> LoginHours {
        // Older entries are left out by their ids, so that a long log costs no more than a short one.
        let ids = try await range(of: AuditQuery(since: start), in: context)
        let (first, hour) = (start.microseconds, Int64(3_600_000_000))
        let counting: SQLQuery = """
            SELECT h.hour, CAST(sum(h.logged_in) AS BIGINT), CAST(sum(h.refused) AS BIGINT), count(*) FROM (
                SELECT CASE WHEN a.at >= \(first) THEN (a.at - \(first)) / \(hour) ELSE -1 END AS hour,
                    CASE WHEN a.event = \(AuditEvent.loggedIn.rawValue) THEN a.count ELSE 0 END AS logged_in,
                    CASE WHEN a.event IN (\(AuditEvent.loginRefused.rawValue), \(AuditEvent.loginThrottled.rawValue))
                        THEN a.count ELSE 0 END AS refused
                FROM ostiary_audit a WHERE a.id >= \(ids.lowerBound) ORDER BY a.id DESC LIMIT \(Int64(reach))
            ) h GROUP BY h.hour
            """
        let rows = try await database.fetch(in: context) { try $0.run(counting) }
        var found = (0..<hours).map { LoginHour(start: start.adding(seconds: $0 * 3_600)) }
        var looked: Int64 = 0
        for row in rows {
            looked += try row.integer(3)
            let hour = try row.integer(0)
            guard (0..<Int64(hours)).contains(hour) else { continue }
            found[Int(hour)].loggedIn = Int(clamping: try row.integer(1))
            found[Int(hour)].refused = Int(clamping: try row.integer(2))
        }
        return LoginHours(hours: found, isCutShort: looked >= reach)
    }
}
