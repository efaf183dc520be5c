// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiarySQL

@Suite struct ReadAheadTests {
    @Test("only a large file is read ahead, and a failure means nothing", arguments: [0, 1 << 30])
    func size(threshold: Int) async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("a.db"), readAheadSize: threshold)
        defer { database.close() }
        let runs = Mutex(0)
        #expect(database.readsAhead == (threshold == 0))
        let nothing = await database.readAhead { _ -> Int in
            runs.withLock { $0 += 1 }
            throw Refused()
        }
        #expect(nothing == nil)
        #expect(runs.withLock { $0 } == 1)
    }

    @Test("a rotation's read-ahead is made of statements that SQLite takes")
    func statements() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("a.db"))
        defer { database.close() }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        let digest = RefreshTokenDigest(bytes: [1])
        let rotation = Rotation(
            presented: digest, successor: digest, seal: { _ in SealedSuccessor(bytes: []) },
            request: RefreshRule.Request(
                key: nil, lifetimes: TokenLifetimes(accessToken: 1, refreshToken: 1, session: 1), now: .now())
        )
        for place in rotation.places(in: SessionID(bits: 1)) { _ = try await database.read { try $0.run(place).count } }
    }
}
