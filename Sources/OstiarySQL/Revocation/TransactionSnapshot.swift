// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A snapshot of the transactions of PostgreSQL: those before `oldest` have ended, those from `next` on have not begun,
/// and of those between the `running` have not ended (PostgreSQL manual, type `pg_snapshot`).
package struct TransactionSnapshot: Hashable {
    package var oldest: Int64
    package var next: Int64
    package var running: [Int64]

    /// The snapshot in which no transaction is visible.
    static let none = TransactionSnapshot(oldest: 1, next: 1, running: [])

    package init(oldest: Int64, next: Int64, running: [Int64]) {
        (self.oldest, self.next, self.running) = (oldest, next, running)
    }

    /// - Parameter text: `oldest:next:running,…`; the result is nil for any other text, which would be an error of
    ///   PostgreSQL.
    package init?(_ text: String) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let oldest = Self.number(parts[0]), let next = Self.number(parts[1]),
            oldest > 0, oldest <= next
        else { return nil }
        var running: [Int64] = []
        for part in parts[2].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: parts[2].isEmpty) {
            guard let number = Self.number(part), number >= running.last.map({ $0 + 1 }) ?? oldest, number < next else {
                return nil
            }
            running.append(number)
        }
        self.init(oldest: oldest, next: next, running: running)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    package var text: String { "\(oldest):\(next):\(running.map(String.init).joined(separator: ","))" }

    /// The snapshot in a text of bounded length: that of many transactions is one in which fewer are visible, none from
    /// the oldest that runs on, so that a reader is sent some rows again.
    package var bounded: TransactionSnapshot {
        text.utf8.count <= Self.maximumLength ? self : TransactionSnapshot(oldest: oldest, next: oldest, running: [])
    }

    /// The longest text in a cursor, in bytes.
    private static let maximumLength = 250
}
