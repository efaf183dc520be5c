// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// Prepared statements by their text.
///
/// A program has few constant texts, so the cache is full only after a mistake. It is emptied then, which costs less
/// than an order of use.
struct SQLiteStatementCache {
    private var statements: [String: OpaquePointer] = [:]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { statements.count }

    subscript(text: String) -> OpaquePointer? { statements[text] }

    mutating func insert(_ statement: OpaquePointer, for text: String) {
        if statements.count >= capacity { removeAll() }
        statements[text] = statement
    }

    mutating func removeAll() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements.removeAll(keepingCapacity: true)
    }
}
