// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import OstiaryHTTP

@Suite("A connection on a channel")
struct HTTPConnectionTests {
    /// Answers at once with what it was asked.
    private struct Echo: Responder {
        func respond(to request: IncomingRequest) async -> OutgoingResponse { OutgoingResponse(.notFound) }

        func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
            let text =
                "\(request.method) \(request.path) \(request.query("q") ?? "-") \(request[.authorization] ?? "-")"
            var body = Array(text.utf8)
            if case .bytes(let bytes) = request.body { body += [UInt8(ascii: " ")] + bytes }
            return EncodedResponse(OutgoingResponse(.ok, [.contentLength: "\(body.count)"], body: body))
        }
    }

    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        try ConnectionSetup(Echo()).install(on: channel)
        return channel
    }

    private func text(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
        return text
    }

    @Test("hands the responder one value: head, body and query, fields without white space around them")
    func exchange() throws {
        let channel = try channel()
        try channel.writeInbound(
            ByteBuffer(
                string:
                    "POST /p?q=1 HTTP/1.1\r\nHost: a\r\nAUTHORIZATION: \t Bearer x \t\r\nContent-Length: 2\r\n\r\nhi"))
        #expect(try text(channel).hasSuffix("\r\n\r\nPOST /p 1 Bearer x hi"))
        try channel.close().wait()
    }

    @Test("answers pipelined requests in their order, however the bytes are cut")
    func pipelined() throws {
        let channel = try channel()
        let requests = (1...5).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        for byte in requests.utf8 { try channel.writeInbound(ByteBuffer(bytes: [byte])) }
        let bodies = try text(channel).components(after: "\r\n\r\n")
        #expect(bodies.map { $0.prefix(6) } == (1...5).map { "GET /\($0)" })
        try channel.close().wait()
    }

    @Test("answers what is no HTTP with one 400")
    func malformed() throws {
        let channel = try channel()
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nbad header\r\n\r\nGET / HTTP/1.1\r\n\r\n"))
        let answer = try text(channel)
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("Connection: close\r\n"))
        #expect(answer.components(after: "HTTP/1.1 ").count == 1)
        _ = try? channel.finish()
    }
}

extension String {
    /// The parts that each begin behind the separator.
    fileprivate func components(after separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            rest = rest[range.upperBound...]
            parts.append(String(rest))
        }
        return parts
    }
}
