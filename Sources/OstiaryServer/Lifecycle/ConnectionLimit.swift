import Glibc
import HummingbirdCore

/// How many connections this process can hold: one descriptor each, with some left for files and for the storage.
///
/// At the limit the listener waits; without one it would spin on an error that nothing but a closed connection ends.
enum ConnectionLimit {
    private static let reserve = 64

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
        return MaximumAvailableConnections(max(16, Int(clamping: limit.rlim_cur) - reserve))
    }
}
