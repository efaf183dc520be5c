// SPDX-License-Identifier: Apache-2.0

/// The largest reply that is read; a larger one ends the connection.
public struct RESPLimits: Sendable, Equatable {
    /// Bytes of one bulk string.
    public var bulk: Int
    /// Elements in one reply, those of nested aggregates included.
    public var elements: Int
    /// Aggregates inside one another.
    public var depth: Int
    /// Bytes of one line, its type included and its end not.
    public var line: Int
    /// Bytes of one reply with everything in it.
    public var reply: Int

    /// A negative limit is taken as zero.
    public init(
        bulk: Int = 1 << 20, elements: Int = 100_000, depth: Int = 32, line: Int = 64 << 10, reply: Int = 16 << 20
    ) {
        self.bulk = max(0, bulk)
        self.elements = max(0, elements)
        self.depth = max(0, depth)
        self.line = max(0, line)
        self.reply = max(0, reply)
    }
}
