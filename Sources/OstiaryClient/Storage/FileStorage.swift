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
    private let seen = Mutex<Seen?>(nil)

    /// - Parameter path: the path of the file. Its folder exists, on a file system of this machine.
    public init(_ path: String) { self.path = path }

    /// The last look.
    private struct Seen {
        let state: FileState
        let session: StoredSession
        var at: ContinuousClock.Instant
    }

    public func read() throws -> StoredSession? {
        guard let (state, bytes) = try DurableFile(path).read(atMost: Self.maximumSize) else {
            seen.withLock { $0 = nil }
            return nil
        }
        guard let session = try? JSONDecoder().decode(StoredSession.self, from: Data(bytes)) else {
            throw ClientError.storage("\(path) is no session; delete it, and log in again")
        }
        seen.withLock { $0 = Seen(state: state, session: session, at: .now) }
        return session
    }

    /// The file is looked at every ten milliseconds at most: that costs as much as the rest of the client's part of a request.
    public func peek() throws -> StoredSession? {
        let now = ContinuousClock.now
        let last = seen.withLock { $0 }
        if let last, now - last.at < Self.interval { return last.session }
        guard let state = try FileState(path: path) else {
            seen.withLock { $0 = nil }
            return nil
        }
        guard let last, last.state == state else { return try read() }
        seen.withLock { if $0?.state == state { $0?.at = now } }
        return last.session
    }

    public func write(_ session: StoredSession?) throws {
        defer { seen.withLock { $0 = nil } }
        guard let session else { return try DurableFile(path).remove() }
        try DurableFile(path).replace(by: Array(try JSONEncoder().encode(session)))
    }

    public func alone<Value: Sendable>(
        atMost limit: Duration, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await turns.run(atMost: limit) {
            let lock = try FileLock(path + ".lock")
            try await lock.take(atMost: limit)
            return try await body()
        }
    }

    private static let interval: Duration = .milliseconds(10)
    /// Larger than two tokens of the greatest size.
    private static let maximumSize = 65_536
}

extension SessionStorage where Self == FileStorage {
    /// A file with mode 0600 that tasks and processes share.
    /// - Parameter path: the path of the file. Its folder exists, on a file system of this machine.
    public static func file(_ path: String) -> FileStorage { FileStorage(path) }
}
