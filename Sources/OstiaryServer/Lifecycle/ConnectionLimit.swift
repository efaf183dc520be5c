// SPDX-License-Identifier: Apache-2.0

import Glibc
import HummingbirdCore
import OstiaryCore

/// How many connections this process can hold: one descriptor each, with some left for files and for the storage.
///
/// At the limit the listener waits; without one it would spin on an error that nothing but a closed connection ends.
enum ConnectionLimit {
    private static let reserve = 64
    private static let crowd: Int32 = 16_384

    /// Raises the process's own limit as far as it may.
    static var available: MaximumAvailableConnections {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return MaximumAvailableConnections(1_024 - reserve)
        }
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let descriptors = Int32(clamping: limit.rlim_cur)
        makeTable(min(descriptors, crowd))
        return MaximumAvailableConnections(max(16, Int(descriptors) - reserve))
    }

    /// The kernel doubles the table of descriptors when it is full, and whoever asked for one more waits for it for ten
    /// milliseconds, with all connections of its event loop: so it is made as large as a crowd needs before one comes,
    /// and nobody waits for that.
    private static func makeTable(_ descriptors: Int32) {
        _ = DedicatedThread {
            let last = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, descriptors - 1)
            if last >= 0 { close(last) }
        }
    }
}
