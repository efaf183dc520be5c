// SPDX-License-Identifier: Apache-2.0

import Glibc
import HummingbirdCore
import Logging
import OstiaryCore

/// The number of connections that this process can hold: one descriptor each, with a reserve for files and the storage.
///
/// At the limit the listener waits. Without a limit it would spin on an error until a connection closes.
enum ConnectionLimit {
    private static let reserve = 64
    private static let few = 256
    private static let crowd: Int32 = 16_384

    /// The limit, after raising the process's limit of descriptors as far as the system allows.
    /// - Parameter logger: warns of a limit that is too low for a server.
    static func available(_ logger: Logger) -> MaximumAvailableConnections {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return MaximumAvailableConnections(1_024 - reserve)
        }
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let descriptors = Int32(clamping: limit.rlim_cur)
        if descriptors < few {
            logger.warning(
                "this process may open few files and connections: raise its limit (ulimit -n, LimitNOFILE=)",
                metadata: ["descriptors": "\(descriptors)"])
        }
        makeTable(min(descriptors, crowd))
        return MaximumAvailableConnections(max(16, Int(descriptors) - reserve))
    }

    /// Makes the kernel's table of descriptors large before many connections arrive. The kernel doubles the table when
    /// it is full, and blocks the caller for ten milliseconds meanwhile, with all connections of its event loop.
    private static func makeTable(_ descriptors: Int32) {
        _ = DedicatedThread {
            let last = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, descriptors - 1)
            if last >= 0 { close(last) }
        }
    }
}
