// SPDX-License-Identifier: Apache-2.0

import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Synchronization

/// The changes that a feed has reported.
final class HeardChanges: Sendable {
    private let state = Mutex<(changes: [String], resets: Int)>(([], 0))

    func take(_ changes: StoredChanges) {
        state.withLock { state in
            switch changes {
            case .everything: state.resets += 1
            case .some(let list): state.changes += list.map { "\($0.kind) \($0.subject)" }
            }
        }
    }

    var changes: [String] { state.withLock { $0.changes } }
    var resets: Int { state.withLock { $0.resets } }
}

/// The change feed of a server.
struct Ear {
    let heard = HeardChanges()
    private let poll: SQLiteChangePoll?
    private let feed: PostgresChangeFeed?

    init(_ storage: AdoptedStorage) throws {
        let heard = heard
        switch storage.engine {
        case .sqlite:
            poll = SQLiteChangePoll(
                path: storage.place, interval: .milliseconds(20), proving: storage.adoptions.trigger
            ) { heard.take($0) }
            feed = nil
        case .postgres:
            poll = nil
            feed = PostgresChangeFeed(try PostgresURL(PostgresServer.shared.get().url(storage.place))) {
                heard.take($0)
            }
        }
    }

    var holdsLease: Bool { poll?.holdsLease() ?? feed?.holdsLease() ?? false }
    var provesTrigger: Bool { poll?.provesTrigger ?? false }

    func stop() {
        poll?.stop()
        feed?.stop()
    }
}
