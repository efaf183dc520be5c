// SPDX-License-Identifier: Apache-2.0

import Glibc
import HummingbirdCore
import Logging
import OstiaryCore
import Synchronization

/// The number of connections that this process can hold: one descriptor each, with a reserve for files and the storage.
///
/// At the limit the listener waits, counts that and logs it, rather than meeting errors of the system call.
struct ConnectionLimit: AvailableConnectionsDelegate {
    private static let reserve = 64
    private static let few = 256
    private static let crowd: Int32 = 16_384

    private let maximum: Int
    private let pauses: AcceptPauses
    private var connections = 0
    /// A reference, since the question that changes the value is not mutating.
    private let isPaused = Flag()

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// - Parameters:
    ///   - maximum: the greatest number of connections.
    ///   - pauses: is told of each wait for a connection to close.
    init(_ maximum: Int, pauses: AcceptPauses) {
        self.maximum = maximum
        self.pauses = pauses
    }

    mutating func connectionOpened() { connections += 1 }

    mutating func connectionClosed() { connections -= 1 }

    func isAcceptingNewConnections() -> Bool {
        let isAccepting = connections < maximum
        if !isAccepting, !isPaused.value.load(ordering: .relaxed) { pauses.note(.connections, limit: maximum) }
        isPaused.value.store(!isAccepting, ordering: .relaxed)
        return isAccepting
    }

    /// The limit, after raising the process's limit of descriptors as far as the system allows.
    /// - Parameter logger: warns of a limit that is too low for a server, and when it is reached.
    static func available(_ logger: Logger) -> ConnectionLimit {
        let pauses = AcceptPauses(logger: logger)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return ConnectionLimit(1_024 - reserve, pauses: pauses)
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
        return ConnectionLimit(max(16, Int(descriptors) - reserve), pauses: pauses)
    }

    /// Makes the kernel's table of descriptors large before many connections arrive. The kernel doubles the table when
    /// it is full, and blocks the caller for ten milliseconds meanwhile, with all connections of its event loop.
    private static func makeTable(_ descriptors: Int32) {
        _ = DedicatedThread.detach {
            let last = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, descriptors - 1)
            if last >= 0 { close(last) }
        }
    }
}
