// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// Passes each change notice to all listeners.
final class ChangeListeners: Sendable {
    private let listeners = Mutex<[@Sendable (ChangeNotice) -> Void]>([])

    func add(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.withLock { $0.append(listener) } }

    func tell(_ notice: ChangeNotice) {
        for listener in listeners.withLock({ $0 }) { listener(notice) }
    }
}
