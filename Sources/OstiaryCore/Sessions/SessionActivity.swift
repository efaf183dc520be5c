// SPDX-License-Identifier: Apache-2.0

/// The use of an access token of a session.
public struct SessionActivity: Sendable, Hashable {
    /// The session of the token.
    public var session: SessionID
    /// The time of the use.
    public var at: Timestamp

    /// - Parameters:
    ///   - session: the session of the token.
    ///   - at: the time of the use.
    public init(session: SessionID, at: Timestamp) {
        self.session = session
        self.at = at
    }

    /// The seconds between two recorded uses of a session, so that a request does not cost a write.
    public static let interval = 300
}

/// Writes the uses of sessions that ``IdentityCache`` has collected.
package struct SessionActivityService: Sendable {
    private let sessions: any SessionStore
    private let memory: IdentityCache

    /// The sessions that one transaction changes: few enough that no refresh waits for it.
    static let batch = 100

    package init(sessions: any SessionStore, memory: IdentityCache) {
        self.sessions = sessions
        self.memory = memory
    }

    /// Writes the uses. Those that cannot be written are dropped: the next use is collected again.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    package func write() async throws {
        var rest = memory.takeActivity()[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            try await sessions.recordActivity(Array(rest.prefix(Self.batch)))
            rest = rest.dropFirst(Self.batch)
        }
    }
}
