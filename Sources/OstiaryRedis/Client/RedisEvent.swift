// SPDX-License-Identifier: Apache-2.0

/// The state of the connection of a ``RedisClient``.
public enum RedisState: Sendable, Hashable {
    /// Commands can be sent.
    /// - Parameter tracking: true if the server reports changes of keys; if false, the owner has to poll.
    case connected(tracking: Bool)
    /// There is no connection, for this reason.
    case disconnected(RedisError)
    /// The server still reads its data.
    case loading
}

/// An event of a ``RedisClient``, in the order of the events.
public enum RedisEvent: Sendable, Hashable {
    /// A connection was opened. Values that were read before may be outdated and should be read again.
    case connected(tracking: Bool)
    /// The connection was lost, or the first attempt failed. Repeated only for another reason.
    case disconnected(RedisError)
    /// Keys with the tracked prefix were changed or deleted, by this client too; nil if all may have been.
    case invalidated(keys: [String]?)
}
