// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that a test changes while a server reads it.
package final class Switch<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) { state = Mutex(value) }

    package var value: Value { state.withLock { $0 } }

    package func set(_ value: Value) { state.withLock { $0 = value } }

    /// Changes the value, and gives something of it.
    package func change<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0) }
    }
}
