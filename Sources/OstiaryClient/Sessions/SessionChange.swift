// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A change of the session of a client.
public enum SessionChange: Sendable, Equatable {
    /// Somebody has logged in.
    case signedIn
    /// The session is gone: show the login.
    /// - Parameter cause: the cause.
    case signedOut(Cause)

    /// The cause of the end of a session.
    public enum Cause: Sendable, Equatable {
        /// This client has logged out.
        case loggedOut
        /// The server has refused the refresh token: the session was ended or has expired, or its user is inactive.
        case ended
        /// This client has deleted the account.
        case accountDeleted
        /// Another program that shares the storage has emptied it.
        case elsewhere
    }
}

/// Tells changes to everybody who wants to know them.
final class SessionChanges: Sendable {
    private struct State {
        /// Nil before the first look.
        var isSignedIn: Bool?
        var listeners: [Int: AsyncStream<SessionChange>.Continuation] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    func stream() -> AsyncStream<SessionChange> {
        let (stream, continuation) = AsyncStream<SessionChange>.makeStream(bufferingPolicy: .bufferingNewest(16))
        let number = state.withLock { state in
            state.last += 1
            state.listeners[state.last] = continuation
            return state.last
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// A look at the storage shows what others did.
    func saw(_ isSignedIn: Bool) {
        let before = state.withLock { state in
            defer { state.isSignedIn = isSignedIn }
            return state.isSignedIn
        }
        guard let before, before != isSignedIn else { return }
        tell(isSignedIn ? .signedIn : .signedOut(.elsewhere))
    }

    /// This client did something.
    func did(_ change: SessionChange) {
        state.withLock { $0.isSignedIn = change == .signedIn }
        tell(change)
    }

    private func tell(_ change: SessionChange) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(change) }
    }

    deinit {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.finish() }
    }
}
