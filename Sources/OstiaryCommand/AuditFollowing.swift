// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Shows audit entries as they are written.
///
/// Concurrent transactions commit in any order, so a row with a smaller id may appear later, and the count of refusals
/// grows for a minute. Each look therefore goes two minutes back, and shows entries that are new or have grown.
struct AuditFollowing {
    let store: any AuditStore
    let query: AuditQuery

    private static let overlap = 120
    private static let page = 1_000

    /// - Parameter shown: the entries that were shown before, the oldest first.
    func run(after shown: [AuditEntry], show: (AuditEntry) throws -> Void) async throws {
        var counts = Dictionary(shown.map { ($0.id, $0.count) }) { first, _ in first }
        var query = query
        query.isNewestFirst = false
        query.limit = Self.page
        var start = try await store.entries(AuditQuery(limit: 1), in: .command).first?.id ?? 0
        if let first = shown.first { start = min(start, first.id - 1) }
        query.after = start
        while true {
            var page: [AuditEntry]
            repeat {
                page = try await store.entries(query, in: .command)
                for var entry in page where counts[entry.id] != entry.count {
                    let before = counts.updateValue(entry.count, forKey: entry.id) ?? 0
                    entry.count -= before
                    try show(entry)
                }
                if let last = page.last { query.after = last.id }
            } while page.count == Self.page
            let horizon = Timestamp.now().adding(seconds: -Self.overlap)
            start = max(start, try await newest(before: horizon, after: start))
            query.after = start
            counts = counts.filter { $0.key > start }
            try await Task.sleep(for: .seconds(1))
            Terminal.requireReader()
        }
    }

    /// The greatest id below which no new rows can appear.
    private func newest(before horizon: Timestamp, after start: Int64) async throws -> Int64 {
        let settled = AuditQuery(until: horizon, after: start, limit: 1)
        return try await store.entries(settled, in: .command).first?.id ?? start
    }
}
