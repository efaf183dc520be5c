// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: AuditStore {
    public func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry] {
        transaction { tables in
            let found = tables.entries.filter { query.matches($0) }
            return Array((query.isNewestFirst ? found.reversed() : found).prefix(query.limit))
        }
    }

    public func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64] {
        transaction { tables in
            entries.map { entry in
                guard let place = tables.entries.firstIndex(where: { $0.id == entry.id }) else {
                    return tables.record(entry)
                }
                tables.entries[place].count += entry.count
                return entry.id
            }
        }
    }

    public func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int {
        transaction { tables in
            let settings = tables.entries.filter { $0.event == .settingChanged }
            let newest = Set(Dictionary(grouping: settings, by: \.object).values.compactMap { $0.last?.id })
            let gone = Set(
                tables.entries.filter { $0.at < horizon && !newest.contains($0.id) }.prefix(limit).map(\.id))
            tables.entries.removeAll { gone.contains($0.id) }
            return gone.count
        }
    }
}

extension AuditQuery {
    func matches(_ entry: AuditEntry) -> Bool {
        let isAbout =
            user == nil && object == nil || user != nil && entry.user == user
            || object != nil && entry.object == object
        return isAbout && entry.id > after && entry.id < before ?? .max && (event == nil || entry.event == event)
            && (actor.map { entry.actor.hasSameBytes(as: $0) } ?? true) && (session == nil || entry.session == session)
            && (network == nil || entry.network == network)
            && (since.map { entry.at >= $0 } ?? true) && (until.map { entry.at < $0 } ?? true)
    }
}
