// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Logins by hour")
struct LoginStatisticsTests {
    @Test("the present hour is the last of 24, and the log is read at most once a minute")
    func hours() async throws {
        let storage = MemoryStorage()
        let statistics = LoginStatistics(audit: storage)
        // 2027-01-15T08:30:00Z
        let now = Timestamp(seconds: 1_800_001_800)
        func log(_ event: AuditEvent, _ count: Int = 1, before seconds: Int) async throws {
            let entry = AuditEntry(event, count: count, in: .test(at: now.adding(seconds: -seconds)))
            _ = try await storage.add([entry], in: .test())
        }
        try await log(.loggedIn, before: 23 * 3_600 + 1_801)
        try await log(.loggedIn, before: 23 * 3_600 + 1_800)
        try await log(.loginThrottled, 4, before: 1_801)
        try await log(.loginRefused, 2, before: 1_800)
        try await log(.loggedIn, before: 1)
        let first = try await statistics.lastHours(in: .test(at: now))
        #expect(first.hours.count == 24 && !first.isCutShort)
        #expect(first.hours.first == LoginHour(start: now.adding(seconds: -23 * 3_600 - 1_800), loggedIn: 1))
        #expect(first.hours[22] == LoginHour(start: now.adding(seconds: -5_400), refused: 4))
        #expect(first.hours[23] == LoginHour(start: now.adding(seconds: -1_800), loggedIn: 1, refused: 2))
        #expect(first.hours[1..<22].allSatisfy { $0.loggedIn == 0 && $0.refused == 0 })
        try await log(.loggedIn, before: 0)
        #expect(try await statistics.lastHours(in: .test(at: now.adding(seconds: 59))) == first)
        let second = try await statistics.lastHours(in: .test(at: now.adding(seconds: 60)))
        #expect(second.hours[23].loggedIn == 2)
    }
}
