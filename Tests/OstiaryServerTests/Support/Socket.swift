// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

extension Loopback {
    /// A connected socket without Nagle's delay.
    static func connect(_ port: UInt16) throws -> Int32 {
        let descriptor = try socket()
        guard withAddress(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw WireError.refused(code)
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    static func wait(_ descriptor: Int32, for events: Int32, until deadline: Deadline) throws {
        var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
        while true {
            let ready = poll(&entry, 1, deadline.milliseconds)
            if ready > 0 { return }
            if ready == 0 { throw WireError.timeout }
            if errno != EINTR { throw WireError.reset(errno) }
        }
    }
}
