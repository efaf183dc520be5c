// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: AuditStore {
    public func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry] {
        transaction { tables in
            let found = tables.entries.filter { query.matches($0) }
            return Array((query.isNewestFirst ? found.reversed() : found).prefix(query.limit))
        }
    }

    public func logins(
        from start: Timestamp, hours: Int, reach: Int, in context: RequestContext
    ) async throws -> LoginHours {
        transaction { tables in
            let recent = tables.entries.reversed().prefix { $0.at >= start.adding(seconds: -AuditQuery.disorder) }
                .prefix(reach)
            var found = (0..<hours).map { LoginHour(start: start.adding(seconds: $0 * 3_600)) }
            for entry in recent where entry.at >= start {
                let hour = (entry.at.microseconds - start.microseconds) / 3_600_000_000
                guard hour < hours else { continue }
                switch entry.event {
                case .loggedIn: found[Int(hour)].loggedIn += entry.count
                case .loginRefused, .loginThrottled: found[Int(hour)].refused += entry.count
                default: break
                }
            }
            return LoginHours(hours: found, isCutShort: recent.count >= reach)
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
