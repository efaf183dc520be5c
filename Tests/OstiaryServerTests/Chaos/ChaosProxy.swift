// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport
import Synchronization

/// An HTTP proxy on loopback to which every sixth request comes to grief, each in one of the ways of ``Fate``.
final class ChaosProxy: Sendable {
    /// What becomes of one request.
    enum Fate: String, CaseIterable, Sendable {
        case passes
        /// The connection ends, and the server never hears of it.
        case requestDropped
        /// The server acts, and nobody hears of that.
        case answerDropped
        /// As before, and the client is told 502 with a page for people.
        case badGateway
        case answerDelayed
        /// The connection ends at once; the request arrives later.
        case requestLate
        /// Passes, and arrives once more later.
        case duplicated
        case requestCut
        case answerCut
        /// The connection is reset as soon as the server has the request.
        case reset
    }

    let port: UInt16
    private let target: UInt16
    private let listener: ListeningSocket
    private let tally = Mutex<[Fate: Int]>([:])
    private let generator: Mutex<SeededGenerator>
    private let late = BlockingQueue<(request: ProxiedRequest, due: ContinuousClock.Instant)>(capacity: 1_000)

    /// - Parameters:
    ///   - target: the server's port.
    ///   - width: connections at once; further ones wait.
    init(to target: UInt16, width: Int, seed: UInt64) throws {
        self.target = target
        port = try FreePorts.next()
        listener = try ListeningSocket(port: port)
        generator = Mutex(SeededGenerator(seed: seed))
        for _ in 0..<width {
            _ = DedicatedThread { [weak self, descriptor = listener.descriptor] in
                while true {
                    let client = accept(descriptor, nil, nil)
                    guard client >= 0 else { return }
                    self?.serve(client)
                    close(client)
                }
            }
        }
        for _ in 0..<4 {
            _ = DedicatedThread { [late, target] in
                while let (request, due) = late.take(atMost: 1).first {
                    pause(max(0, (due - .now) / .seconds(1)))
                    _ = try? WireClient(port: target, timeout: 5).exchange(request.bytes, method: request.method)
                }
            }
        }
    }

    deinit {
        late.close()
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
        listener.close()
    }

    /// How many requests met each fate.
    var fates: [Fate: Int] { tally.withLock { $0 } }

    private func serve(_ client: Int32) {
        let server = WireClient(port: target, timeout: 10)
        while let request = ProxiedRequest(from: client), carry(request, from: client, to: server) {}
    }

    private func draw() -> (fate: Fate, delay: Double) {
        let drawn = generator.withLock { generator in
            (
                generator.chance(6) ? generator.pick(Fate.allCases) : .passes,
                Double.random(in: 0...0.8, using: &generator)
            )
        }
        tally.withLock { $0[drawn.0, default: 0] += 1 }
        return drawn
    }

    /// - Returns: whether the connection goes on.
    private func carry(_ request: ProxiedRequest, from client: Int32, to server: WireClient) -> Bool {
        let (fate, delay) = draw()
        let due = ContinuousClock.now + .seconds(delay)
        switch fate {
        case .requestDropped: return false
        case .requestLate:
            _ = late.push((request, due))
            return false
        case .requestCut:
            try? server.open().send(Array(request.bytes.prefix(request.bytes.count / 2)))
            return false
        case .reset:
            try? server.open().send(request.bytes)
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            return false
        case .duplicated: _ = late.push((request, due))
        case .passes, .answerDropped, .badGateway, .answerDelayed, .answerCut: break
        }
        guard let answer = try? server.exchange(request.bytes, method: request.method) else { return false }
        switch fate {
        case .answerDropped: return false
        case .badGateway:
            let page = "<html><body>502 Bad Gateway</body></html>"
            let head =
                "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n"
            return pass(Array((head + page).utf8), to: client)
        case .answerCut:
            _ = pass(Array(answer.bytes.prefix(answer.bytes.count / 2)), to: client)
            return false
        case .answerDelayed: pause(delay)
        default: break
        }
        return pass(answer.bytes, to: client) && answer["Connection"]?.lowercased() != "close"
    }

    private func pass(_ bytes: [UInt8], to client: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// A request as it came from a client, with the body that its `Content-Length` announces.
struct ProxiedRequest: Sendable {
    let method: String
    let bytes: [UInt8]

    /// Reads one; nil at the end of the connection.
    init?(from client: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let head = String(decoding: bytes, as: UTF8.self)
            if let end = head.firstRange(of: "\r\n\r\n")?.upperBound {
                let lines = head[..<end].lowercased().split(separator: "\r\n")
                let length = lines.first { $0.hasPrefix("content-length:") }?.split(separator: ":").last
                let body = length.flatMap { Int($0.filter(\.isNumber)) } ?? 0
                if bytes.count >= head[..<end].utf8.count + body {
                    method = String(head.prefix { $0 != " " })
                    self.bytes = bytes
                    return
                }
            }
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0, bytes.count < 1024 * 1024 else { return nil }
            bytes += buffer[..<count]
        }
    }
}

extension WireAnswer {
    /// As it goes over the wire, its body in one piece.
    var bytes: [UInt8] {
        var head = "HTTP/1.1 \(status) -\r\n"
        for (name, value) in headers where !["transfer-encoding", "content-length"].contains(name.lowercased()) {
            head += "\(name): \(value)\r\n"
        }
        if status != 204 && status != 304 { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
