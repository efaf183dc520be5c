// SPDX-License-Identifier: Apache-2.0

/// Whether commands can be sent.
public enum RedisState: Sendable, Hashable {
    /// - Parameter tracking: whether the server tells what changes; if not, the owner has to poll.
    case connected(tracking: Bool)
    case disconnected(RedisError)
    /// The server is there but still reads its data.
    case loading
}

/// What a ``RedisClient`` tells its owner, in the order in which it happened.
public enum RedisEvent: Sendable, Hashable {
    /// A connection is open. What was read before may be outdated: read everything again.
    case connected(tracking: Bool)
    /// Once when a connection is lost or the first attempt fails, and again only for another reason.
    case disconnected(RedisError)
    /// Keys with the tracked prefix that changed or went away; nil when all may have. Own changes are among them.
    case invalidated(keys: [String]?)
}
