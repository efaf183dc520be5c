// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A storage that ends with the process. The session on the server lives on until it expires or is ended.
public final class MemoryStorage: SessionStorage {
    private let session = Mutex<StoredSession?>(nil)
    private let turns = Turns()

    /// An empty storage.
    public init() {}

    public func read() throws -> StoredSession? { session.withLock { $0 } }

    public func write(_ session: StoredSession?) throws { self.session.withLock { $0 = session } }

    public func alone<Value: Sendable>(
        atMost limit: Duration, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await turns.run(atMost: limit, body)
    }
}

extension SessionStorage where Self == MemoryStorage {
    /// A storage that ends with the process.
    public static var memory: MemoryStorage { MemoryStorage() }
}
