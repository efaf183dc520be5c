// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Synchronization

/// An HTTP server on loopback that publishes keys and answers polls as a test says. After each answer the connection ends.
final class IssuingServer: Sendable {
    struct Request: Sendable {
        let path: String
        let query: [String: String]
        /// By names in lower case.
        let fields: [String: String]
    }

    enum Reply: Sendable {
        case answer(Int, body: String, fields: [String: String] = [:])
        /// Half of the bytes of an answer, and the end of the connection.
        case cut(String)
        /// Nothing, for so many seconds.
        case hang(Double)
    }

    typealias Handler = @Sendable (Request) -> Reply

    let port: UInt16
    var address: String { "http://127.0.0.1:\(port)" }
    private let listener: ListeningSocket
    private let handler: Handler
    private let log = Mutex<[Request]>([])
    private let isClosed = Atomic<Bool>(false)

    init(_ handler: @escaping Handler) throws {
        self.handler = handler
        port = try FreePorts.next()
        listener = try ListeningSocket(port: port)
        let started = DedicatedThread { [weak self, descriptor = listener.descriptor] in
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                _ = DedicatedThread { [weak self] in
                    if let request = Request(from: client) { self?.serve(request, to: client) }
                    close(client)
                }
            }
        }
        guard started != nil else { throw Failure("no thread") }
    }

    deinit { stop() }

    /// Ends the server; polls that wait are cut.
    func stop() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
        listener.close()
    }

    /// All requests for a path so far.
    func requests(_ path: String) -> [Request] { log.withLock { $0.filter { $0.path == path } } }

    var hasStopped: Bool { isClosed.load(ordering: .relaxed) }

    private func serve(_ request: Request, to client: Int32) {
        log.withLock { $0.append(request) }
        let bytes: ArraySlice<UInt8>
        switch handler(request) {
        case .hang(let seconds):
            _ = waitUntil(seconds) { hasStopped ? true : nil }
            return
        case .answer(let status, let body, let fields): bytes = Self.bytes(status, body, fields)[...]
        case .cut(let body):
            let whole = Self.bytes(200, body, [:])
            bytes = whole[..<(whole.count - body.utf8.count / 2)]
        }
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func bytes(_ status: Int, _ body: String, _ fields: [String: String]) -> [UInt8] {
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        let length = status == 304 ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return Array("HTTP/1.1 \(status) -\r\n\(lines)\(length)Connection: close\r\n\r\n\(body)".utf8)
    }
}

extension IssuingServer.Request {
    /// Reads the head of a request; nil at the end of the connection.
    fileprivate init?(from client: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while !String(decoding: bytes.suffix(4), as: UTF8.self).hasSuffix("\r\n\r\n") {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0, bytes.count < 1 << 20 else { return nil }
            bytes += buffer[..<count]
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let target = lines.first?.split(separator: " ").dropFirst().first ?? ""
        let parts = target.split(separator: "?", maxSplits: 1)
        path = parts.first.map(String.init) ?? ""
        query = Self.pairs(parts.dropFirst().first?.split(separator: "&") ?? [], "=")
        fields = Self.pairs(Array(lines.dropFirst()), ":")
    }

    private static func pairs(_ texts: [Substring], _ separator: Character) -> [String: String] {
        Dictionary(
            texts.compactMap { text in
                let parts = text.split(separator: separator, maxSplits: 1)
                guard parts.count == 2 else { return nil }
                return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension Switch<Bool> {
    /// A server whose answer depends on a switch, which is off.
    static func server(_ reply: @escaping @Sendable (Bool) -> IssuingServer.Reply) throws -> (
        Switch<Bool>, IssuingServer
    ) {
        let isOn = Switch(false)
        return (isOn, try IssuingServer { _ in reply(isOn.value) })
    }
}
