// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Synchronization

/// A database that keeps the plan of each statement that is read.
final class ExplainedDatabase: SQLDatabase {
    private let database: any SQLDatabase
    private let kept = Mutex<[String]>([])

    init(_ database: any SQLDatabase) { self.database = database }

    var dialect: SQLDialect { database.dialect }

    /// The plans since the last call, each of several lines.
    func takePlans() -> [String] {
        kept.withLock { plans in
            defer { plans = [] }
            return plans
        }
    }

    func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await database.read(until: deadline) { connection in
            try body(
                ExplainedConnection(connection) { plan in
                    // A closure may be run again.
                    self.kept.withLock { if !$0.contains(plan) { $0.append(plan) } }
                })
        }
    }

    func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await database.write(until: deadline, body, trace: trace)
    }
}

private final class ExplainedConnection: SQLConnection {
    private let connection: any SQLConnection
    private let keep: (String) -> Void

    init(_ connection: any SQLConnection, _ keep: @escaping (String) -> Void) {
        self.connection = connection
        self.keep = keep
    }

    var dialect: SQLDialect { connection.dialect }

    var isInTransaction: Bool { connection.isInTransaction }

    func run(_ query: SQLQuery) throws -> [SQLRow] {
        let rows =
            switch dialect {
            case .sqlite: try connection.run("EXPLAIN QUERY PLAN \(query)").map { try $0.text(3) }
            case .postgres: try connection.run("EXPLAIN (COSTS OFF) \(query)").map { try $0.text(0) }
            }
        keep(rows.joined(separator: "\n"))
        return try connection.run(query)
    }

    func execute(_ query: SQLQuery) throws -> Int { try connection.execute(query) }

    func script(_ sql: String) throws { try connection.script(sql) }
}
