// SPDX-License-Identifier: Apache-2.0

/// A place for the tokens of one session.
///
/// A storage of your own – a keychain, a database – has to keep three rules, else an honest user is taken for a thief and
/// logged out: ``write(_:)`` returns when the session is durable; a reader sees the session before a write or the one
/// after it, and never a part; and only one task of one process is in ``alone(atMost:_:)`` at a time.
public protocol SessionStorage: Sendable {
    /// - Returns: the session as it is stored now; nil if there is none.
    func read() throws -> StoredSession?

    /// As ``read()``, for each request: the answer may come from memory as long as the storage looks unchanged.
    func peek() throws -> StoredSession?

    /// Replaces the session.
    /// - Parameter session: the new session; nil to delete it.
    func write(_ session: StoredSession?) throws

    /// Runs something while nobody else who shares the storage is in this method. If the process dies, its turn ends.
    /// - Parameters:
    ///   - limit: the longest wait for the turn.
    ///   - body: reads, asks the server, and writes.
    /// - Throws: ``ClientError/storageBusy`` after `limit`; what the body throws.
    func alone<Value: Sendable>(
        atMost limit: Duration, _ body: @Sendable () async throws -> Value
    ) async throws -> Value
}

extension SessionStorage {
    /// As ``read()``.
    public func peek() throws -> StoredSession? { try read() }
}
