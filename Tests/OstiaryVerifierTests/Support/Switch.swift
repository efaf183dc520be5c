// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that a test changes while a server reads it.
final class Switch<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func set(_ value: Value) { state.withLock { $0 = value } }

    /// Changes the value, and gives something of it.
    func change<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0) }
    }
}

extension Switch<Bool> {
    /// A server whose answer depends on a switch, which is off.
    static func server(_ reply: @escaping @Sendable (Bool) -> IssuingServer.Reply) throws -> (
        Switch<Bool>, IssuingServer
    ) {
        let isOn = Switch(false)
        return (isOn, try IssuingServer { _ in reply(isOn.value) })
    }
}
