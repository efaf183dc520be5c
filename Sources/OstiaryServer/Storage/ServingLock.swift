// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A lock file beside a file of a server. Beside an SQLite database servers share it, and a command that needs the
/// database for itself takes it alone; beside a unix socket its server takes it alone. The kernel releases the lock with the process (flock(2)).
final class ServingLock: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - file: the path of the database or the socket.
    ///   - isShared: true to share the lock with others, false to take it alone.
    /// - Returns: nil if another process holds the lock in a way that excludes this one.
    /// - Throws: ``StartError`` if the file cannot be made or must not be trusted.
    init?(besides file: String, isShared: Bool) throws(StartError) {
        let path = file + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .lockFile(path, reason: String(cString: strerror(errno))) }
        var isHeld = false
        defer { if !isHeld { close(descriptor) } }
        if let fault = FileTrust.fault(of: path, in: file.containingDirectory) { throw .untrusted(path, fault) }
        FileTrust.giveToOwner(of: file.containingDirectory, path)
        guard flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .lockFile(path, reason: String(cString: strerror(errno))) }
            return nil
        }
        isHeld = true
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
