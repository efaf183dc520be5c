// SPDX-License-Identifier: Apache-2.0

import CGlibc
import OstiaryCore

/// Gives the memory that a crowd needed back to the system: the heap keeps what was freed between other things.
enum MemoryReturn {
    /// Takes milliseconds, on a thread of its own.
    static let afterCrowd: @Sendable () -> Void = {
        _ = DedicatedThread(niceness: 19) { malloc_trim(0) }
    }
}
