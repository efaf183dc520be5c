// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import Synchronization

/// Remembers that a write failed for a reason that may last, until a readiness check has tried a write itself.
package final class WriteFailures: Sendable {
    private let last = Mutex<WriteFailure?>(nil)

    package init() {}

    func note(_ failure: WriteFailure) {
        if failure.mayLast { last.withLock { $0 = failure } }
    }

    /// True if a write has failed since ``take()``.
    package var isNoted: Bool { last.withLock { $0 != nil } }

    /// - Returns: the reason of the last failed write; nil if none has failed since the last call.
    package func take() -> WriteFailure? {
        last.withLock { last in
            defer { last = nil }; return last
        }
    }
}

/// A database that remembers failed writes of the stores.
package protocol WriteFailureKeeping {
    var failures: WriteFailures { get }
}
