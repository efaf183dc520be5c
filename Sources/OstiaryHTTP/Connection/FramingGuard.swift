import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Refuses requests whose end another program in front might see elsewhere (RFC 9112 §6.1, §6.3): what follows such a
/// request could be taken for a second one.
///
/// Stands right behind the HTTP decoder, which lets an empty `Transfer-Encoding` and one in HTTP/1.0 pass.
final class FramingGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var hasRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        guard Self.isUnambiguous(head) else {
            hasRefused = true
            // The framework answers 400 to a parser's error and closes the connection.
            context.fireErrorCaught(HTTPParserError.unexpectedContentLength)
            return
        }
        // The framework looks for exactly this, and at no version.
        if Self.isLast(head) { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if Self.awaitsContinue(head) {
            let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
        }
    }

    /// Whether the client wants the connection closed (RFC 9112 §9.3, §9.6). HTTP/1.0 is never kept.
    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        head.version != .http1_1
            || head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    }

    /// RFC 9110 §10.1.1. A body that would be refused is not asked for.
    private static func awaitsContinue(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1, head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" })
        else { return false }
        guard let length = head.headers.first(name: "content-length") else { return true }
        return (Int(length) ?? .max) <= APIResponder.maximumBodySize
    }

    private static func isUnambiguous(_ head: HTTPRequestHead) -> Bool {
        let encodings = head.headers["transfer-encoding"]
        guard !encodings.isEmpty else { return true }
        return head.version == .http1_1 && encodings.count == 1 && encodings[0].lowercased() == "chunked"
            && !head.headers.contains(name: "content-length")
    }
}

@available(*, unavailable)
extension FramingGuard: Sendable {}

/// Puts the guard where it has to stand; the framework itself adds handlers further behind only.
final class FramingGuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(FramingGuard(), position: .before(codec))
        } catch {
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension FramingGuardInstaller: Sendable {}
