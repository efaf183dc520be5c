// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// Ends of sessions whose transactions are committed in another order than they have begun.
    @Suite struct HeldTransactions {
        @Test("a transaction that is held open for 4 s holds up no other end, and its own is heard after its commit")
        func held() async throws {
            let (site, email) = try KeySite.forVerifiers(.postgres, 2)
            let panel = try await JudgePanel(site)
            let client = site.clients[1]
            let late = try client.newSession().tokens
            let accepted = try AccessToken(late.access).accepted
            try await panel.wait(5, until: accepted, on: late.access)

            let committed = Mutex<ContinuousClock.Instant?>(nil)
            let session = try late.session
            let holder = try BackgroundThreads(1) { _ in
                try site.end(session, after: 4)
                committed.withLock { $0 = .now }
            }
            let isHeld: Bool? = try waitUntil(5) { try site.isTransactionHeld() ? true : nil }
            try #require(isHeld == true)
            let start = ContinuousClock.now
            var delays = Distribution()
            while true {
                let tokens = try client.tokens(email)
                try await panel.wait(5, until: AccessToken(tokens.access).accepted, on: tokens.access)
                #expect(try client.logout(tokens.refresh).status == 200)
                let delay = try await panel.wait(10, until: "refused session_ended", on: tokens.access)
                var verdicts: Set<String> = []
                for member in panel.members { verdicts.insert(try await member.judge.judge(late.access)) }
                guard committed.withLock({ $0 }) == nil, seconds(since: start) < 10 else { break }
                // It is not committed, so nobody can know of it.
                #expect(verdicts == [accepted])
                delays.add(delay)
            }
            try holder.join()
            let end = try #require(committed.withLock { $0 })
            #expect(end - start > .seconds(3))
            try await panel.wait(10, until: "refused session_ended", on: late.access)
            let delay = seconds(since: end)
            figure("ends that were heard while a transaction was held open for 4 s", delays.values.count)
            figure("ends that were heard while a transaction was held open, longest", seconds: delays.max)
            figure("end of the transaction that was held open, after its commit", seconds: delay)
            #expect(delays.values.count >= 3)
            #expect(delays.max < 1)
            #expect(delay < 1)
            #expect(site.terminate())
        }
    }
}

extension KeySite {
    /// Ends a session on PostgreSQL as a server does, and commits some seconds later. A server would give up sooner.
    fileprivate func end(_ session: String, after seconds: Int) throws {
        let id = session.filter { $0 != "-" }
        try run(
            """
            BEGIN;
            INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
            SELECT 'session', encode(id, 'hex'), EXTRACT(EPOCH FROM now()) * 1000000, access_expires_at
            FROM ostiary_session WHERE id = decode('\(id)', 'hex');
            SELECT pg_notify('ostiary_change', 'session_ended \(session)');
            SELECT pg_sleep(\(seconds));
            COMMIT
            """)
    }

    /// True while a transaction with a number sleeps.
    fileprivate func isTransactionHeld() throws -> Bool {
        try value(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'PgSleep' AND backend_xid IS NOT NULL
            """) == "1"
    }
}
