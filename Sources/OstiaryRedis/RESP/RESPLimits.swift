// SPDX-License-Identifier: Apache-2.0

/// The largest reply that is read; a larger one ends the connection.
package struct RESPLimits: Sendable, Equatable {
    /// Bytes of one bulk string.
    package var bulk: Int
    /// Elements in one reply, those of nested aggregates included.
    package var elements: Int
    /// Aggregates inside one another.
    package var depth: Int
    /// Bytes of one line, its type included and its end not.
    package var line: Int
    /// Bytes of one reply with everything in it.
    package var reply: Int

    /// A negative limit is taken as zero.
    package init(
        bulk: Int = 1 << 20, elements: Int = 100_000, depth: Int = 32, line: Int = 64 << 10, reply: Int = 16 << 20
    ) {
        self.bulk = max(0, bulk)
        self.elements = max(0, elements)
        self.depth = max(0, depth)
        self.line = max(0, line)
        self.reply = max(0, reply)
    }
}
