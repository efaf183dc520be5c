// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// Passes each notice to whoever asked.
final class ChangeListeners: Sendable {
    private let listeners = Mutex<[@Sendable (ChangeNotice) -> Void]>([])

    func add(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.withLock { $0.append(listener) } }

    func tell(_ notice: ChangeNotice) {
        for listener in listeners.withLock({ $0 }) { listener(notice) }
    }
}
