// SPDX-License-Identifier: Apache-2.0

/// The limits of a reply; one beyond them ends the connection.
package struct RESPLimits: Sendable, Equatable {
    /// The most bytes of a bulk string.
    package var bulk: Int
    /// The most elements of a reply, nested ones included.
    package var elements: Int
    /// The most nested aggregates.
    package var depth: Int
    /// The most bytes of a line, with its type and without its end.
    package var line: Int
    /// The most bytes of a reply.
    package var reply: Int

    /// A negative limit counts as 0.
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
