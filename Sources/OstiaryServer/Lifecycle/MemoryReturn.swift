// SPDX-License-Identifier: Apache-2.0

import CGlibc
import OstiaryCore

/// Returns unused heap memory to the system after many connections have closed: `free` alone keeps most of it.
enum MemoryReturn {
    /// Takes milliseconds, so it runs on its own thread.
    static let afterCrowd: @Sendable () -> Void = {
        _ = DedicatedThread.detach(niceness: 19) { malloc_trim(0) }
    }
}
