import NIOCore
import NIOHTTP1

/// An answer as a connection writes it.
enum WireAnswer: Sendable {
    /// For the encoder.
    case parts(HTTPResponseHead, ByteBuffer?)
    /// Head and body as they go out. Never an answer that closes the connection.
    case bytes(ByteBuffer)

    static let malformed = WireAnswer.parts(
        HTTPResponseHead(
            version: .http1_1, status: .badRequest, headers: ["Connection": "close", "Content-Length": "0"]), nil
    )

    var closes: Bool {
        if case .parts(let head, _) = self { head.headers.first(name: "connection") == "close" } else { false }
    }

    /// The same, saying that it is the last.
    var closing: WireAnswer {
        guard case .parts(var head, let body) = self else { return self }
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        return .parts(head, body)
    }
}

/// Where the answers of a connection come from.
struct WireAnswers: Sendable {
    /// The answer that needs nothing but memory; nil for all others. Asked on the event loop.
    let immediate: @Sendable (HTTPRequestHead) -> ByteBuffer?
    let answer: @Sendable (HTTPRequestHead, ByteBuffer, any Channel) async -> WireAnswer
}
