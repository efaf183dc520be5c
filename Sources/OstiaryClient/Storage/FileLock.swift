// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file, for processes; the kernel ends it with its process.
final class FileLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// - Parameter path: a file of its own, which is made if it is not there.
    /// - Throws: ``ClientError/storage(_:)``.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ClientError.system("cannot open", path) }
    }

    /// Waits for the lock, which lasts as long as this object. No thread waits.
    func take(atMost limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw ClientError.system("cannot lock", path) }
            guard .now < end else { throw ClientError.storageBusy }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit { close(descriptor) }
}

extension ClientError {
    /// The failure of the last system call.
    static func system(_ what: String, _ path: String) -> ClientError {
        let number = errno
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return .storage("\(what) \(path): \(reason)")
    }
}
