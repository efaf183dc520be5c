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

    private var hasRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        if case .head(let head) = unwrapInboundIn(data), !Self.isUnambiguous(head) {
            hasRefused = true
            // The framework answers 400 to a parser's error and closes the connection.
            context.fireErrorCaught(HTTPParserError.unexpectedContentLength)
            return
        }
        context.fireChannelRead(data)
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
