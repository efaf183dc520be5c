import HTTPTypes
import NIOCore

/// An answer as it goes out.
public struct WireAnswer: Sendable {
    private(set) var bytes: ByteBuffer
    /// Where the header lines end, in ``bytes``.
    private let end: Int
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

    /// To a request of which nobody can say where it ends.
    static var malformed: WireAnswer { WireAnswer(.badRequest, [.connection: "close", .contentLength: "0"]) }
    /// Interim: the answer itself follows (RFC 9110 §15.2.1).
    static let proceed = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The same, saying that it is the last.
    var closing: WireAnswer {
        guard !closes, var closing = bytes.getSlice(at: 0, length: end),
            let rest = bytes.getSlice(
                at: end, length: bytes.writerIndex - end)
        else { return self }
        closing.writeField("Connection", "close")
        closing.writeImmutableBuffer(rest)
        var answer = self
        answer.bytes = closing
        answer.closes = true
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
