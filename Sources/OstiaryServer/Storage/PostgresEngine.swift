// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import Synchronization

/// A PostgreSQL database that servers on many machines may use.
final class PostgresEngine: StorageEngine {
    private let url: PostgresURL
    private let postgres: PostgresDatabase
    private let feed = Mutex<PostgresChangeFeed?>(nil)
    private let logger: Logger
    private let listeners: ChangeListeners
    /// The tables of another program; nil without.
    let adoption: Adoption?

    /// Makes the engine without connecting to the database.
    /// - Parameter onRecord: called with the audit entries of each commit.
    /// - Throws: ``StartError``.
    init(
        _ url: PostgresURL, connections: Int, adoption: Adoption?, listeners: ChangeListeners,
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void, logger: Logger
    ) throws(StartError) {
        var limits = PostgresLimits()
        limits.connections = connections
        let told = Mutex<Set<String>>([])
        do throws(SQLError) {
            self.postgres = try PostgresDatabase(url, limits: limits) {
                listeners.tell(ChangeNotice(.some($0)))
            } onRecord: {
                onRecord($0)
            } onWarning: { warning in
                // Warn once, not for each connection.
                if told.withLock({ $0.insert(warning).inserted }) { logger.warning("\(warning)") }
            }
        } catch {
            throw .database(error)
        }
        self.url = url
        self.adoption = adoption
        self.logger = logger
        self.listeners = listeners
    }

    var database: any SQLDatabase & WriteFailureKeeping { postgres }

    var failures: WriteFailures { postgres.failures }

    var place: String { "\(url)" }

    var waiting: Int { postgres.waiting }

    /// The connection of the change feed marks the database as used.
    func beginServing() {}

    /// The transaction of the work itself asks for the servers: see ``SQLFingerprintStore``.
    func withoutServers<Value>(_ work: () async throws -> Value) async throws -> Value { try await work() }

    /// ``Storage/proveTrigger()`` looks for the trigger.
    var provesTrigger: Bool { false }

    func startChangeFeed(proving trigger: ChangeTrigger?) {
        feed.withLock { [listeners, url, logger] feed in
            guard feed == nil else { return }
            let failure = Mutex<SQLError?>(nil)
            feed = PostgresChangeFeed(url) {
                failure.withLock { $0 = nil }
                logger.info("changes arrive")
            } onFailure: { error in
                // Log a repeated failure once, not for each attempt.
                guard
                    failure.withLock({ last in
                        defer { last = error }; return last?.code != error.code
                    })
                else { return }
                logger.warning("the change feed is interrupted", metadata: ["error": "\(error.report)"])
            } listener: { changes in
                listeners.tell(ChangeNotice(changes))
            }
        }
    }

    func holdsLease() -> Bool { feed.withLock { $0 }?.holdsLease() ?? false }

    /// PostgreSQL keeps no notices, so nothing needs to be deleted.
    func pruneChanges(olderThan time: Timestamp) async throws {}

    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError) {
        throw StartError(
            description: """
                A PostgreSQL database is copied by its own program, which needs no stop either:
                pg_dump --format=custom --file=\(file) with the same URL
                """,
            exitCode: 64
        )
    }

    func close() {
        feed.withLock { feed in
            defer { feed = nil }; return feed
        }?.stop()
        postgres.close()
    }
}
