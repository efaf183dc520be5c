// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import Synchronization

/// A TCP proxy on loopback that loses what it is told to lose.
package final class Proxy: Sendable {
    package enum Fault: Sendable {
        case none
        /// Passes the next bytes from the client on, and then ends the connection without passing an answer back.
        case cutAfterNextRequest
        /// The same, and then ends every connection on which bytes come, until another fault is set.
        case cutFromNextRequest
        /// Ends every connection on which bytes come from the client, without passing them on.
        case cut
        /// Ends the connection instead of passing the next bytes from the client on.
        case cutBeforeNextRequest
        /// Passes answers on so many seconds late.
        case delay(Double)
        /// Takes everything from both sides and passes nothing on.
        case swallow
        /// Puts other bytes in the place of some, as many, in answers that contain them in one piece.
        case replace([UInt8], with: [UInt8])
    }

    package let port: UInt16
    private let target: UInt16
    private let listener: ListeningSocket
    private let fault = Mutex(Fault.none)
    private let isClosed = Atomic<Bool>(false)

    package init(to target: UInt16) throws {
        self.target = target
        port = try FreePorts.next()
        listener = try ListeningSocket(port: port)
        let started = DedicatedThread { [weak self, descriptor = listener.descriptor] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0, let self, self.connect(client) else { return }
            }
        }
        guard started != nil else { throw Failure("no thread") }
    }

    deinit {
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
        listener.close()
    }

    package func set(_ fault: Fault) { self.fault.withLock { $0 = fault } }

    private func connect(_ client: Int32) -> Bool {
        guard let server = try? Loopback.socket() else { return false }
        guard Loopback.withAddress(target, { Glibc.connect(server, $0, $1) }) == 0 else {
            close(client)
            close(server)
            return true
        }
        let line = Line(client: client, server: server)
        _ = DedicatedThread { [weak self] in line.pump(from: client, to: server) { self?.judge($0, line) ?? true } }
        let answers = BlockingQueue<(bytes: ArraySlice<UInt8>, due: ContinuousClock.Instant)>(capacity: .max)
        _ = DedicatedThread { [weak self] in
            line.pump(from: server, to: client) { bytes in
                _ = answers.push((bytes, .now + .seconds(self?.delay ?? 0)))
                return false
            }
            answers.close()
        }
        _ = DedicatedThread { [weak self] in
            while let (bytes, due) = answers.take(atMost: 1).first {
                pause(max(0, (due - .now) / .seconds(1)))
                if self?.passesAnswers != false { line.send(self?.changed(bytes) ?? bytes, to: client) }
            }
            line.release()
        }
        return true
    }

    private var delay: Double { if case .delay(let seconds) = fault.withLock({ $0 }) { seconds } else { 0 } }

    private func changed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard case .replace(let old, let new) = fault.withLock({ $0 }), bytes.count >= old.count,
            let place = (bytes.startIndex...(bytes.endIndex - old.count)).first(where: {
                bytes[$0...].starts(with: old)
            })
        else { return bytes }
        return bytes[..<place] + new + bytes[(place + old.count)...]
    }

    private var passesAnswers: Bool {
        switch fault.withLock({ $0 }) {
        case .none, .delay, .replace: true
        case .cutAfterNextRequest, .cutFromNextRequest, .cut, .cutBeforeNextRequest, .swallow: false
        }
    }

    /// - Returns: whether bytes from the client are passed on.
    private func judge(_ bytes: ArraySlice<UInt8>, _ line: Line) -> Bool {
        switch fault.withLock({ $0 }) {
        case .none, .delay, .replace: return true
        case .swallow: return false
        case .cut:
            line.cut()
            return false
        case .cutBeforeNextRequest:
            set(.none)
            line.cut()
            return false
        case .cutAfterNextRequest:
            passAndCut(bytes, line)
            set(.none)
            return false
        case .cutFromNextRequest:
            set(.cut)
            passAndCut(bytes, line)
            return false
        }
    }

    private func passAndCut(_ bytes: ArraySlice<UInt8>, _ line: Line) {
        line.send(bytes, to: line.server)
        // The server needs some time to answer.
        pause(0.1)
        line.cut()
    }

    private final class Line: Sendable {
        let client: Int32
        let server: Int32
        private let open = Atomic<Int>(3)

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        func cut() {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }

        func send(_ bytes: ArraySlice<UInt8>, to target: Int32) {
            var rest = bytes
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }

        func pump(from source: Int32, to target: Int32, passes: (ArraySlice<UInt8>) -> Bool) {
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = recv(source, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                if passes(buffer[..<count]) { send(buffer[..<count], to: target) }
            }
            cut()
            release()
        }

        func release() {
            // The descriptors stay valid as long as either direction uses them.
            if open.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
                close(client)
                close(server)
            }
        }
    }
}
