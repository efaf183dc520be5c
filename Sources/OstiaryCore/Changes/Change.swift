// SPDX-License-Identifier: Apache-2.0

/// A change that invalidates what this node and others keep in memory.
package enum Change: Sendable, Hashable {
    /// A user's row changed in a way that requests can see, or was deleted.
    case user(User.ID)
    /// A session has ended. No other change of a session is announced.
    case sessionEnded(SessionID)
    /// A dynamic setting was set or unset.
    case setting(String)
    /// Accounts were unlocked: the audit log tells which.
    case unlocks
    /// The key ring must be read again.
    case keys
    /// The clients must be read again.
    case clients
}

/// A message of a change feed.
package enum ChangeNotice: Sendable, Equatable {
    case changes([Change])
    /// Changes were missed: everything that is kept in memory must be read again.
    case everything

    /// - Returns: true if the notice has such a change, or may have missed one.
    func concerns(_ isSuch: (Change) -> Bool) -> Bool {
        switch self {
        case .everything: true
        case .changes(let changes): changes.contains(where: isSuch)
        }
    }
}
