// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Synchronization

/// Databases as `manage.py migrate` makes them. That takes seconds, so each is made once and then copied.
enum EmptyTables {
    private static let made = Mutex<[String: String]>([:])
    private static let folder = Result { try TemporaryDirectory() }

    /// - Parameter folder: where a file goes.
    /// - Returns: the path of a file, or the name of a database.
    static func copy(
        _ engine: TakeoverSite.Engine, _ version: DjangoService.Version, bare: Bool, in folder: TemporaryDirectory
    ) throws -> String {
        let name = "\(engine.rawValue)-\(version.rawValue)\(bare ? "-bare" : "")"
        let template = try made.withLock { made in
            if let known = made[name] { return known }
            let new = try make(engine, version, bare: bare, name)
            made[name] = new
            return new
        }
        guard engine == .sqlite else { return try PostgresServer.shared.get().makeDatabase(copying: template) }
        let copy = folder.file("db.sqlite3")
        try FileManager.default.copyItem(atPath: template, toPath: copy)
        return copy
    }

    private static func make(
        _ engine: TakeoverSite.Engine, _ version: DjangoService.Version, bare: Bool, _ name: String
    ) throws -> String {
        let (database, place): (String, String)
        switch engine {
        case .sqlite:
            database = try folder.get().file("\(name).sqlite3")
            place = database
        case .postgres:
            database = try PostgresServer.shared.get().makeDatabase()
            place = try PostgresServer.shared.get().url(database)
        }
        try DjangoService(version, on: place, key: TakeoverSite.key, bare ? [.bare] : []).migrate()
        return database
    }
}
