// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// A unix socket at which everybody is told the same, and nobody is listened to.
package final class SpeakingSocket: Sendable {
    private let descriptor: Int32

    package init(_ path: String, says text: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        let bound = UnixSocket.withAddress(path) { bind(descriptor, $0, $1) }
        guard descriptor >= 0, bound == 0, listen(descriptor, 16) == 0 else {
            throw Failure("cannot listen at \(path): errno \(errno)")
        }
        let thread = DedicatedThread {
            while case let peer = accept(descriptor, nil, nil), peer >= 0 {
                _ = Array(text.utf8).withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                shutdown(peer, Int32(SHUT_WR))
                usleep(100_000)
                close(peer)
            }
        }
        guard thread != nil else { throw Failure("no thread") }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
