// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore

/// An answer as the bytes that are sent.
public struct EncodedResponse: Sendable {
    private(set) var bytes: ByteBuffer
    /// The index in ``bytes`` at which the header lines end.
    private var end: Int
    /// True if the answer carries `Connection: close`.
    private(set) var closes: Bool
    /// The status, for the log.
    let status: HTTPResponse.Status

    /// - Parameter response: an answer; `HTTPFields` guarantees that its fields hold no line breaks.
    init(_ response: OutgoingResponse) {
        var bytes = ByteBufferAllocator().buffer(capacity: response.body.count + 512)
        bytes.writeStatusLine(response.status)
        for field in response.fields { bytes.writeField(field.name.rawName, field.value) }
        bytes.writeField("Date", HTTPDate.now)
        self.end = bytes.writerIndex
        bytes.writeStaticString("\r\n")
        bytes.writeBytes(response.body)
        self.bytes = bytes
        self.closes = response.fields[.connection] == "close"
        self.status = response.status
    }

    /// - Parameters:
    ///   - start: the status line, the fields that all answers of a resource share, and the name of `X-Request-ID`.
    ///   - id: of the request.
    ///   - fields: the other fields, at most about 200 bytes.
    init(_ start: ByteBuffer, id: RequestID, fields: HTTPFields = [:], json: [UInt8]) {
        var bytes = ByteBufferAllocator().buffer(capacity: start.readableBytes + json.count + 400)
        bytes.writeImmutableBuffer(start)
        bytes.writeString(id.description)
        bytes.writeStaticString("\r\nContent-Length: ")
        bytes.writeString(String(json.count))
        for field in fields {
            bytes.writeStaticString("\r\n")
            bytes.writeString(field.name.rawName)
            bytes.writeStaticString(": ")
            bytes.writeString(field.value)
        }
        bytes.writeStaticString("\r\nDate: ")
        bytes.writeString(HTTPDate.now)
        bytes.writeStaticString("\r\n")
        self.end = bytes.writerIndex
        bytes.writeStaticString("\r\n")
        bytes.writeBytes(json)
        self.bytes = bytes
        self.closes = false
        self.status = .ok
    }

    /// An answer without content.
    /// - Parameters:
    ///   - start: the status line of 204 and the fields that all answers share.
    ///   - id: of the request.
    ///   - fields: the other fields; their values hold no line breaks.
    init(_ start: ByteBuffer, id: RequestID, fields: [(name: String, value: String)]) {
        var bytes = ByteBufferAllocator().buffer(capacity: start.readableBytes + 512)
        bytes.writeImmutableBuffer(start)
        bytes.writeField("X-Request-ID", id.description)
        for (name, value) in fields { bytes.writeField(name, value) }
        bytes.writeField("Date", HTTPDate.now)
        self.end = bytes.writerIndex
        bytes.writeStaticString("\r\n")
        self.bytes = bytes
        self.closes = false
        self.status = .noContent
    }

    /// Encodes a refusal in the form of the contract, for a request that reaches no responder.
    init(_ refusal: Refusal, isHead: Bool = false) {
        let writer = AnswerWriter(isHead: isHead, requestID: RequestID())
        self.init(writer.write(refusal, resource: nil))
    }

    /// The answer to a request whose end cannot be determined.
    static var malformed: EncodedResponse {
        EncodedResponse(OutgoingResponse(.badRequest, [.connection: "close", .contentLength: "0"]))
    }
    /// The interim answer 100; the final answer follows (RFC 9110 §15.2.1).
    static let proceed = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// A copy with `Connection: close`.
    var closing: EncodedResponse {
        guard !closes else { return self }
        var answer = adding("Connection", "close")
        answer.closes = true
        return answer
    }

    /// A copy that tells browsers to use TLS only, for a year (RFC 6797 §7.2).
    var strictTransport: EncodedResponse { adding("Strict-Transport-Security", "max-age=31536000") }

    private func adding(_ name: String, _ value: String) -> EncodedResponse {
        guard var longer = bytes.getSlice(at: 0, length: end),
            let rest = bytes.getSlice(at: end, length: bytes.writerIndex - end)
        else { return self }
        longer.writeField(name, value)
        var answer = self
        answer.end = longer.writerIndex
        longer.writeImmutableBuffer(rest)
        answer.bytes = longer
        return answer
    }
}

extension ByteBuffer {
    mutating func writeStatusLine(_ status: HTTPResponse.Status) {
        writeStaticString("HTTP/1.1 ")
        writeString(String(status.code))
        writeStaticString(" ")
        writeString(status.reasonPhrase)
        writeStaticString("\r\n")
    }

    mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}
