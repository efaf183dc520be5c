// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport

/// A server on loopback that never ends an answer: it sends a byte now and then below `/drips/`, and else nothing behind
/// the head.
final class DrippingServer: Sendable {
    let port: UInt16
    private let listener: ListeningSocket

    init() throws {
        port = try FreePorts.next()
        listener = try ListeningSocket(port: port)
        let started = DedicatedThread { [descriptor = listener.descriptor] in
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                _ = DedicatedThread {
                    defer { close(client) }
                    guard let request = ProxiedRequest(from: client) else { return }
                    let drips = String(decoding: request.bytes, as: UTF8.self).contains(" /drips/ ")
                    var part = Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".utf8)
                    repeat {
                        guard send(client, part, part.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
                        part = [0x20]
                        pause(drips ? 0.05 : 60)
                    } while drips
                }
            }
        }
        guard started != nil else { throw Failure("no thread") }
    }

    deinit {
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
        listener.close()
    }
}
