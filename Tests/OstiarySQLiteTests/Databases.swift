// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension TemporaryDirectory {
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A database with the change feed and a table `item(id, name UNIQUE, data)`.
    func database(
        busyTimeout: Int32 = 5_000, onChange: @escaping @Sendable ([StoredChange]) -> Void = { _ in }
    ) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: file("a.db"), busyTimeout: busyTimeout, onChange: onChange)
        try await Migrator(database, [.changeFeed, items]).migrate(now: Timestamp(seconds: 1))
        return database
    }
}

let items = Migration(name: "0001_items") { dialect in
    [
        """
        CREATE TABLE item (id \(dialect.autoincrementPrimaryKey), name TEXT UNIQUE NOT NULL, data \(dialect.blob));
        CREATE TABLE part (item BIGINT NOT NULL REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);
        """
    ]
}

extension SQLiteDatabase {
    func add(_ name: String) async throws {
        try await write { try $0.execute("INSERT INTO item (name) VALUES (\(name))") }
    }

    func itemCount() async throws -> Int64 {
        try await read { try $0.run("SELECT count(*) FROM item")[0].integer(0) }
    }

    /// Keeps the writer busy until the queue is released, so that what is written meanwhile becomes one group.
    func hold() async throws -> BlockingQueue<Bool> {
        let gate = BlockingQueue<Bool>(capacity: 1)
        let started = BlockingQueue<Bool>(capacity: 1)
        Task {
            try await write { _ in
                _ = started.push(true)
                _ = gate.take(atMost: 1)
            }
        }
        try await eventually { started.count == 1 }
        return gate
    }
}

/// Waits for a condition that other threads bring about; gives up after ten seconds.
func eventually(_ condition: @Sendable () throws -> Bool) async throws {
    for _ in 0..<2_000 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("the condition never came true")
}

/// The code of the ``SQLError`` that the closure throws.
func code<T>(_ body: () async throws -> T) async -> SQLError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? SQLError)?.code
    }
}

func mode(of path: String) -> UInt32 {
    var information = stat()
    guard stat(path, &information) == 0 else { return 0 }
    return UInt32(information.st_mode) & 0o777
}

struct Refused: Error, Equatable {
    var number = 0
}
