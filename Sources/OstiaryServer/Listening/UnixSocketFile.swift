// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import Synchronization

/// The file of a unix socket on which a server is about to listen.
///
/// A lock on the directory settles who takes the place where two servers start at once. While the socket is bound, the
/// process makes no file that others may use, so nobody connects before the socket has its mode.
final class UnixSocketFile: Sendable {
    private let path: String
    private let mode: mode_t
    private let state = Mutex(State())

    private struct State {
        var lock: Int32?
        var mask: mode_t?
    }

    /// - Returns: nil if the address is no unix socket.
    init?(_ address: ListeningAddress) {
        guard case .unixSocket(let path, let mode) = address else { return nil }
        self.path = path
        self.mode = mode_t(mode)
    }

    deinit { release() }

    /// Frees the path for a socket: removes the file that a server which was killed has left. To be called right before
    /// the server listens.
    /// - Throws: ``StartError`` if the path belongs to something else; nothing is changed then.
    func claim() throws(StartError) {
        let directory = path.containingDirectory
        let lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw fault("the directory \(directory) cannot be opened: \(Self.reason)") }
        // The other server holds the lock for some milliseconds; any other process that holds it is not waited for.
        var tries = 0
        while flock(lock, LOCK_EX | LOCK_NB) != 0, tries < 200 {
            tries += 1
            usleep(10_000)
        }
        state.withLock { $0.lock = lock }
        if let reason = occupant() {
            release()
            throw fault(reason)
        }
        state.withLock { $0.mask = umask(0o177) }
    }

    /// Gives the bound socket its mode.
    /// - Throws: ``StartError`` if that is not possible.
    func publish() throws(StartError) {
        defer { release() }
        guard chmod(path, mode) == 0 else { throw fault("its mode cannot be set: \(Self.reason)") }
    }

    /// Ends what ``claim()`` began. Further calls have no effect.
    func release() {
        state.withLock { state in
            if let mask = state.mask { umask(mask) }
            if let lock = state.lock { close(lock) }
            state = State()
        }
    }

    /// - Returns: the reason why the path cannot be taken; nil if it is free.
    private func occupant() -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            return errno == ENOENT ? nil : Self.reason
        }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: break
        case S_IFDIR: return "it is a directory"
        default: return "it is a file, but no socket"
        }
        guard status.st_uid == geteuid() else { return "it belongs to another user (\(status.st_uid))" }
        if let reason = listener() { return reason }
        return unlink(path) == 0 || errno == ENOENT ? nil : "the old socket cannot be removed: \(Self.reason)"
    }

    /// - Returns: the reason to think that a process listens on the socket; nil if none does.
    private func listener() -> String? {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return Self.reason }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else { return "another process listens there" }
        switch errno {
        case ECONNREFUSED, ENOENT: return nil
        // EAGAIN: its queue is full. EPROTOTYPE: the socket is of another kind.
        case EAGAIN, EPROTOTYPE: return "another process listens there"
        default: return Self.reason
        }
    }

    private func fault(_ reason: String) -> StartError { .unixSocket(path, reason: reason) }

    private static var reason: String { String(cString: strerror(errno)) }
}
