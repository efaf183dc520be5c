// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// Prepared statements by their text.
///
/// The texts of a program are few and constant, so a full cache means that something is amiss; starting over then
/// costs less than keeping an order of use for every statement of every day.
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
