// SPDX-License-Identifier: Apache-2.0

/// Something that other nodes, and this node's memory, must hear of.
package enum Change: Sendable, Hashable {
    /// A user's row changed in a way that a request can see, or is gone.
    case user(User.ID)
    /// A session has ended. Nothing else about a session is ever told.
    case sessionEnded(SessionID)
    /// A dynamic setting was set or unset.
    case setting(String)
    /// The key ring has to be read again.
    case keys
}

/// What a change feed delivers.
package enum ChangeNotice: Sendable, Equatable {
    case changes([Change])
    /// Changes were missed: whatever is remembered must be read again.
    case everything
}
