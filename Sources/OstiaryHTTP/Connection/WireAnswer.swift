// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import OstiaryCore

/// An answer as it goes out.
public struct WireAnswer: Sendable {
    private(set) var bytes: ByteBuffer
    /// Where the header lines end, in ``bytes``.
    private var end: Int
    /// Whether it says that it is the last.
    private(set) var closes: Bool

    /// - Parameter body: for which the fields give type and length.
    init(_ status: HTTPResponse.Status, _ fields: HTTPFields, body: ByteBuffer? = nil) {
        // Names and values of HTTPFields hold no line breaks.
        var bytes = ByteBufferAllocator().buffer(capacity: 1_024)
        bytes.writeStatusLine(status)
        for field in fields { bytes.writeField(field.name.rawName, field.value) }
        bytes.writeField("Date", HTTPDate.now)
        self.end = bytes.writerIndex
        bytes.writeStaticString("\r\n")
        if let body { bytes.writeImmutableBuffer(body) }
        self.bytes = bytes
        self.closes = fields[.connection] == "close"
    }

    /// - Parameters:
    ///   - start: the status line and the fields that are the same in each answer.
    ///   - fields: the others.
    init(_ start: ByteBuffer, fields: [(String, String)], json: [UInt8]) {
        var bytes = ByteBufferAllocator().buffer(capacity: start.readableBytes + json.count + 200)
        bytes.writeImmutableBuffer(start)
        for (name, value) in fields { bytes.writeField(name, value) }
        bytes.writeField("Date", HTTPDate.now)
        self.end = bytes.writerIndex
        bytes.writeStaticString("\r\n")
        bytes.writeBytes(json)
        self.bytes = bytes
        self.closes = false
    }

    /// A refusal in the form of the contract, made before anything was asked of a responder.
    init(_ refusal: Refusal, isHead: Bool = false) {
        var json = JSONWriter()
        refusal.write(to: &json)
        var fields = AnswerHeaders.common(allow: "")
        for field in refusal.headers { fields.append(field) }
        fields[.xRequestID] = RequestID().description
        fields[.contentType] = "application/json"
        fields[.contentLength] = String(json.bytes.count)
        self.init(refusal.status, fields, body: isHead ? nil : ByteBuffer(bytes: json.bytes))
    }

    /// To a request of which nobody can say where it ends.
    static var malformed: WireAnswer { WireAnswer(.badRequest, [.connection: "close", .contentLength: "0"]) }
    /// Interim: the answer itself follows (RFC 9110 §15.2.1).
    static let proceed = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The same, saying that it is the last.
    var closing: WireAnswer {
        guard !closes else { return self }
        var answer = adding("Connection", "close")
        answer.closes = true
        return answer
    }

    /// The same, asking browsers to come by TLS alone for a year (RFC 6797 §7.2).
    var strictTransport: WireAnswer { adding("Strict-Transport-Security", "max-age=31536000") }

    private func adding(_ name: String, _ value: String) -> WireAnswer {
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
