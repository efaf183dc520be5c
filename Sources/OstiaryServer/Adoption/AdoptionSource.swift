// SPDX-License-Identifier: Apache-2.0

import OstiaryPostgres
import OstiarySQL
import OstiarySQLite

/// The database of a Django service, opened for reading.
enum AdoptionSource {
    case sqlite(SQLiteObserver, path: String)
    case postgres(any SQLDatabase, PostgresURL)

    /// - Throws: ``OstiarySQL/SQLError``.
    init(_ location: DatabaseLocation) throws {
        switch location {
        case .sqlite(let path): self = .sqlite(try SQLiteObserver(path: path), path: path)
        case .postgres(let url): self = .postgres(try PostgresDatabase(url).patient, url)
        }
    }

    var dialect: SQLDialect {
        switch self {
        case .sqlite: .sqlite
        case .postgres: .postgres
        }
    }

    /// Runs questions on one snapshot of the data.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (AdoptionCheck) throws -> Value) async throws -> Value {
        switch self {
        case .sqlite(let observer, _): try await observer.read { try body(AdoptionCheck($0)) }
        case .postgres(let database, _): try await database.read { try body(AdoptionCheck($0)) }
        }
    }
}
