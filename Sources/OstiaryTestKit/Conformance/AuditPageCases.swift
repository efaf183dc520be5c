// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let auditPageCases: [Case] = [
        Case("each filter of audit entries, alone and beside others, finds the newest first") { stores in
            let entries = try await stores.makeEntries()
            let network = Network(try stores.ip("192.0.2.2"))
            let (from, to) = (Stores.start.adding(seconds: 2_000), Stores.start.adding(seconds: 4_000))
            let queries = [
                AuditQuery(), AuditQuery(user: 1), AuditQuery(user: 99), AuditQuery(object: "thing 2"),
                AuditQuery(user: 1, object: "thing 2"), AuditQuery(event: .loggedIn),
                AuditQuery(actor: "operator:root"),
                AuditQuery(session: stores.session(3)), AuditQuery(network: network), AuditQuery(since: from),
                AuditQuery(until: to), AuditQuery(since: from, until: to), AuditQuery(since: to, until: from),
                AuditQuery(user: 2, event: .loggedIn, network: network, since: from),
                AuditQuery(object: "thing 1", actor: "client", until: to), AuditQuery(actor: "a\u{0}"),
                AuditQuery(after: entries[9].id), AuditQuery(before: entries[9].id),
                AuditQuery(since: Timestamp(microseconds: .min), until: Timestamp(microseconds: .max)),
            ]
            for query in queries {
                let expected = Array(entries.reversed().filter(query.selects))
                for (page, reach) in [(50, 16_000), (4, 16_000), (3, 5)] {
                    var query = query
                    (query.limit, query.reach) = (page, reach)
                    let found = try await stores.listing(query)
                    try requireEqual(found.rows.map(\.id), expected.map(\.id), "\(query)")
                    try requireEqual(found.rows, expected, "all of an entry")
                }
                var all = query
                all.limit = 1_000
                let found = try await stores.audit.entries(all, in: .test())
                try requireEqual(found, expected, "without pages: \(query)")
            }
        },
        Case("audit entries are each listed once while others are written and deleted") { stores in
            let entries = try await stores.makeEntries()
            let found = try await stores.listing(AuditQuery(limit: 7)) { number in
                _ = try await stores.audit.add([AuditEntry(.loginRefused, in: .test(at: Stores.start))], in: .test())
                guard number == 2 else { return }
                _ = try await stores.audit.deleteEntries(before: Stores.start.adding(seconds: 900), limit: 5)
            }
            let ids = found.rows.map(\.id)
            try requireEqual(ids, ids.sorted(by: >), "in order")
            let expected = entries.dropFirst(5).reversed().map(\.id)
            try requireEqual(Array(ids.prefix(expected.count)), expected, "each once")
        },
        Case("an empty audit log has one empty page") { stores in
            let query = AuditQuery(since: Stores.start, until: Stores.start.adding(seconds: 1))
            try requireEqual(try await stores.listing(query).rows, [], "by time")
            try requireEqual(try await stores.listing(AuditQuery()).pages, 1, "all")
        },
    ]
}

extension Stores {
    fileprivate func ip(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else { throw ConformanceFailure(description: "bad address \(text)") }
        return address
    }

    /// Writes entries, 100 seconds apart, of which some are almost ten minutes late.
    fileprivate func makeEntries() async throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for number in 0..<60 {
            let time = Stores.start.adding(seconds: number * 100 - (number % 3 == 1 ? 599 : 0))
            let origin = ClientOrigin(address: IPAddress("192.0.2.\(number % 4)"))
            let context = RequestContext.test(
                at: time, origin: origin, by: number % 5 == 0 ? .operator("root") : .client)
            entries.append(
                AuditEntry(
                    number % 2 == 0 ? .loggedIn : .loginRefused, of: number % 4 == 3 ? nil : Int64(number % 3),
                    session: number % 7 == 0 ? session(number % 4) : nil,
                    object: number % 6 < 4 ? "thing \(number % 6)" : nil, in: context))
        }
        let ids = try await audit.add(entries, in: .test())
        for (place, id) in ids.enumerated() { (entries[place].id, entries[place].address) = (id, nil) }
        return entries
    }
}

extension AuditQuery {
    /// The meaning of the filters, by itself.
    fileprivate func selects(_ entry: AuditEntry) -> Bool {
        let subjects = [user.map { entry.user == $0 }, object.map { entry.object == $0 }].compactMap { $0 }
        if !subjects.isEmpty, !subjects.contains(true) { return false }
        if let event, entry.event != event { return false }
        if let actor, entry.actor != actor { return false }
        if let session, entry.session != session { return false }
        if let network, entry.network != network { return false }
        if let since, entry.at < since { return false }
        if let until, entry.at >= until { return false }
        return entry.id > after && entry.id < before ?? .max
    }
}
