// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Synchronization

/// A file with mode 0600 that tasks and processes share. Beside it are `….lock`, on which they wait for each other, and for
/// a moment `….new`. Nobody deletes the lock while programs run.
///
/// Each change is written to `….new`, synchronized, and put in the place of the file; then the folder is synchronized. So a
/// process that is killed, or a machine that loses power, leaves the session before or the one after the change. Keep the
/// file out of backups: a copy of a session that is used again looks like a theft.
public final class FileStorage: SessionStorage {
    /// The path of the file.
    public let path: String
    private let turns = Turns()
    private let seen = Mutex<(state: FileState, session: StoredSession?)?>(nil)

    /// - Parameter path: the path of the file. Its folder exists, on a file system of this machine.
    public init(_ path: String) { self.path = path }

    public func read() throws -> StoredSession? {
        guard let (state, bytes) = try DurableFile(path).read(atMost: Self.maximumSize) else { return nil }
        guard let session = try? JSONDecoder().decode(StoredSession.self, from: Data(bytes)) else {
            throw ClientError.storage("\(path) is no session; delete it, and log in again")
        }
        seen.withLock { $0 = (state, session) }
        return session
    }

    public func peek() throws -> StoredSession? {
        guard let state = try FileState(path: path) else { return nil }
        if let seen = seen.withLock({ $0 }), seen.state == state { return seen.session }
        return try read()
    }

    public func write(_ session: StoredSession?) throws {
        guard let session else { return try DurableFile(path).remove() }
        try DurableFile(path).replace(by: Array(try JSONEncoder().encode(session)))
    }

    public func alone<Value: Sendable>(
        atMost limit: Duration, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await turns.run {
            let lock = try FileLock(path + ".lock")
            try await lock.take(atMost: limit)
            return try await body()
        }
    }

    /// Larger than two tokens of the greatest size.
    private static let maximumSize = 65_536
}

extension SessionStorage where Self == FileStorage {
    /// A file with mode 0600 that tasks and processes share.
    /// - Parameter path: the path of the file. Its folder exists, on a file system of this machine.
    public static func file(_ path: String) -> FileStorage { FileStorage(path) }
}
