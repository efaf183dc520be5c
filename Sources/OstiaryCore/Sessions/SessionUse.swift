// SPDX-License-Identifier: Apache-2.0

/// That an access token of a session was used.
public struct SessionUse: Sendable, Hashable {
    public var session: SessionID
    public var at: Timestamp

    public init(session: SessionID, at: Timestamp) {
        self.session = session
        self.at = at
    }

    /// Seconds since the last use that is known before another one is written: a request must not cost a write.
    public static let interval = 300
}

/// Writes what ``IdentityMemory`` has noted.
package struct SessionUseService: Sendable {
    private let sessions: any SessionStore
    private let memory: IdentityMemory

    /// Sessions that one transaction touches: few enough that no refresh waits for it.
    static let batch = 100

    package init(sessions: any SessionStore, memory: IdentityMemory) {
        self.sessions = sessions
        self.memory = memory
    }

    /// Uses that cannot be written are given up: the next one is noted again.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    package func write() async throws {
        var rest = memory.takeUses()[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            try await sessions.recordUses(Array(rest.prefix(Self.batch)))
            rest = rest.dropFirst(Self.batch)
        }
    }
}
