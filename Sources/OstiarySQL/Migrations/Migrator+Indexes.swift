// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Migrator {
    /// Runs the steps of a migration on PostgreSQL. Several processes may call it at once; one of them builds, and the
    /// others ask now and then for its end.
    ///
    /// No process waits inside a statement: a build waits for the end of all statements, so both would wait for ever.
    func build(_ migration: Migration) async throws {
        while true {
            do {
                let isDone: Bool? = try await database.withoutTransaction(holding: AdvisoryLock.indexing) {
                    [users] connection in
                    guard try !Self.applied(on: connection).contains(migration.name) else { return true }
                    for step in migration.steps { try Self.run(step, users: users, on: connection) }
                    return true
                }
                if isDone == true { return }
            } catch let error as SQLError {
                throw MigrationError.failed(name: migration.name, error)
            }
            guard try await !applied().contains(migration.name) else { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    static func run(_ step: IndexStep, users: String, on connection: any SQLConnection) throws {
        if case .drop(let index) = step { return try connection.script("DROP INDEX CONCURRENTLY IF EXISTS \(index)") }
        guard let index = step.index(users: users, on: .postgres) else { return }
        switch try isValid(index.name, on: connection) {
        case true?: return
        // An attempt that was broken off leaves an index that each write maintains and no query reads.
        case false?: try connection.script("DROP INDEX CONCURRENTLY IF EXISTS \(index.name)")
        case nil: break
        }
        try connection.script("CREATE INDEX CONCURRENTLY IF NOT EXISTS \(index.name) ON \(index.on)")
        guard try isValid(index.name, on: connection) == true else {
            throw SQLError(.other, detail: "the index \(index.name) was not built")
        }
    }

    /// - Returns: nil if there is no such index.
    private static func isValid(_ index: String, on connection: any SQLConnection) throws -> Bool? {
        try connection.run(
            """
            SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(\(index))
            """
        ).first?.bool(0)
    }
}
