// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import Synchronization

/// The file of a unix socket on which a server is about to listen.
///
/// A lock beside the file, which the server keeps until its end, settles which of two servers has the path. While the
/// socket is bound, the process makes no file that others may use, so nobody connects before the socket has its mode.
final class UnixSocketFile: Sendable {
    private let path: String
    private let mode: mode_t
    private let state = Mutex(State())

    private struct State {
        var lock: ServingLock?
        var mask: mode_t?
    }

    /// - Returns: nil if the address is no unix socket.
    init?(_ address: ListeningAddress) {
        guard case .unixSocket(let path, let mode) = address else { return nil }
        self.path = path
        self.mode = mode_t(mode)
    }

    /// Frees the path for a socket: removes the file that a server which was killed has left. To be called right before
    /// the server listens.
    /// - Throws: ``StartError`` if the path belongs to something else; nothing is changed then.
    func claim() throws(StartError) {
        let directory = path.containingDirectory
        guard access(directory, W_OK | X_OK) == 0 else {
            throw fault("the directory \(directory) cannot be written: \(Self.reason)")
        }
        if let reason = stranger() { throw fault(reason) }
        guard let lock = try ServingLock(besides: path, isShared: false) else { throw fault(Self.taken) }
        if let reason = stranger() ?? occupant() { throw fault(reason) }
        state.withLock { $0 = State(lock: lock, mask: umask(0o177)) }
    }

    /// Gives the bound socket its mode.
    /// - Throws: ``StartError`` if that is not possible.
    func publish() throws(StartError) {
        restoreMask()
        guard chmod(path, mode) == 0 else { throw fault("its mode cannot be set: \(Self.reason)") }
    }

    /// Ends what ``claim()`` began. Further calls have no effect.
    func release() {
        restoreMask()
        state.withLock { $0.lock = nil }
    }

    private func restoreMask() {
        state.withLock { state in
            if let mask = state.mask { umask(mask) }
            state.mask = nil
        }
    }

    /// - Returns: the kind of a file that is no socket of this user; nil if there is none.
    private func stranger() -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT ? nil : Self.reason }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: break
        case S_IFDIR: return "it is a directory"
        default: return "it is a file, but no socket"
        }
        return status.st_uid == geteuid() ? nil : "it belongs to another user (\(status.st_uid))"
    }

    /// Removes a socket on which nobody listens.
    /// - Returns: the reason why the path cannot be taken; nil if it is free.
    private func occupant() -> String? {
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
        guard result != 0 else { return Self.taken }
        switch errno {
        case ECONNREFUSED, ENOENT: return nil
        // EAGAIN: its queue is full. EPROTOTYPE: the socket is of another kind.
        case EAGAIN, EPROTOTYPE: return Self.taken
        default: return Self.reason
        }
    }

    private static let taken = "another process listens there"

    private func fault(_ reason: String) -> StartError { .unixSocket(path, reason: reason) }

    private static var reason: String { String(cString: strerror(errno)) }
}
