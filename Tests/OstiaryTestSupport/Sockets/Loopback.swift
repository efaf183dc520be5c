// SPDX-License-Identifier: Apache-2.0

package import Glibc
import Synchronization

/// Loopback TCP in the few calls that the tests need.
package enum Loopback {
    package static func socket() throws -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket: errno \(errno)") }
        return descriptor
    }

    package static func withAddress<T>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A socket that occupies a port.
package struct ListeningSocket {
    package let descriptor: Int32
    package let port: UInt16

    package init(port: UInt16) throws {
        self.port = port
        descriptor = try Loopback.socket()
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let descriptor = descriptor
        // A process that is being spawned has all descriptors until it runs its program, also one that was just closed here.
        let isBound: Bool? = waitUntil(1) {
            if Loopback.withAddress(port, { bind(descriptor, $0, $1) }) == 0 { return true }
            return errno == EADDRINUSE ? nil : false
        }
        guard isBound == true, listen(descriptor, 256) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw Failure("cannot listen on \(port): errno \(code)")
        }
    }

    package func close() { Glibc.close(descriptor) }
}

/// Ports below the range that the kernel gives to outgoing connections, so that no client of ours takes one first.
package enum FreePorts {
    private static let taken = Mutex<Set<UInt16>>([])

    package static func next() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 15_000..<32_000)
            guard taken.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
            return port
        }
        throw Failure("no free port")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        guard let listener = try? ListeningSocket(port: port) else { return false }
        listener.close()
        return true
    }
}
