// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One connection to a unix socket, blocking, with a deadline for each answer. Used by one thread at a time.
package final class UnixSocket {
    private static let limit = 16 * 1024 * 1024

    private let descriptor: Int32
    private let timeout: Double
    private var pending: [UInt8] = []

    package init(_ path: String, timeout: Double = 20) throws {
        self.timeout = timeout
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket: errno \(errno)") }
        let connected = Self.withAddress(path) { [descriptor] in connect(descriptor, $0, $1) }
        guard connected == 0 else { throw Failure("cannot connect to \(path): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// - Returns: what the body does, -1 for a path that is too long.
    static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return -1 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    package func send(_ bytes: [UInt8]) throws {
        let deadline = Deadline(timeout)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                throw Failure("cannot send: errno \(errno)")
            }
        }
    }

    /// The next bytes up to a line feed, which is read and left out.
    package func line() throws -> [UInt8] {
        let deadline = Deadline(timeout)
        var searched = 0
        while true {
            if let end = pending[searched...].firstIndex(of: 10) {
                defer { pending.removeFirst(end + 1) }
                return Array(pending[..<end])
            }
            searched = pending.count
            try fill(deadline)
        }
    }

    package func take(_ count: Int) throws -> [UInt8] {
        let deadline = Deadline(timeout)
        while pending.count < count { try fill(deadline) }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func fill(_ deadline: Deadline) throws {
        guard pending.count <= Self.limit else { throw Failure("an endless answer") }
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            try wait(for: POLLIN, until: deadline)
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                pending += chunk[..<count]
                return
            }
            if count == 0 { throw Failure("the other side has closed") }
            if errno != EAGAIN && errno != EINTR { throw Failure("cannot receive: errno \(errno)") }
        }
    }

    private func wait(for events: Int32, until deadline: Deadline) throws {
        var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
        while true {
            let ready = poll(&entry, 1, deadline.milliseconds)
            if ready > 0 { return }
            if ready == 0 { throw Failure("no answer in \(timeout) s") }
            if errno != EINTR { throw Failure("cannot wait: errno \(errno)") }
        }
    }
}
