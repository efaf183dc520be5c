import HTTPTypes
public import NIOCore
public import NIOHTTPTypes

/// Closes connections that are slow on purpose.
///
/// A request's head must be complete within ``Deadlines/head`` of its first byte (or of the connection's start), its
/// body within ``Deadlines/body`` of its head, however the bytes drip. A kept connection may be silent for
/// ``Deadlines/idle``. It also closes after an answer that says `Connection: close`, which the framework leaves to the
/// client.
public final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    public struct Deadlines: Sendable {
        public var head: TimeAmount = .seconds(10)
        public var body: TimeAmount = .seconds(30)
        public var idle: TimeAmount = .seconds(75)

        public init() {}
    }

    private enum Phase { case waiting, head, body, answering }

    private let deadlines: Deadlines
    private var phase = Phase.waiting
    private var timer: Scheduled<Void>?
    private var closesAfterAnswer = false
    /// Requests whose head was read and whose answer is not out yet; more than one when they are pipelined.
    private var unanswered = 0

    public init(deadlines: Deadlines = Deadlines()) { self.deadlines = deadlines }

    public func handlerAdded(context: ChannelHandlerContext) {
        // Only before the HTTP decoder can a head be seen that never becomes complete.
        let watch = FirstByte { [weak self] in self?.bytesArrived(context: context) }
        do {
            try context.pipeline.syncOperations.addHandler(watch, position: .first)
            schedule(deadlines.head, context: context)
        } catch {
            context.close(promise: nil)
        }
    }

    public func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    public func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    private func bytesArrived(context: ChannelHandlerContext) {
        guard phase == .waiting else { return }
        phase = .head
        schedule(deadlines.head, context: context)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            phase = .body
            unanswered += 1
            schedule(deadlines.body, context: context)
        case .body: break
        case .end where unanswered == 0: awaitNextRequest(context: context)
        case .end:
            phase = .answering
            timer?.cancel()
        }
        context.fireChannelRead(data)
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesAfterAnswer = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end where closesAfterAnswer:
            context.writeAndFlush(data, promise: promise)
            context.close(mode: .output, promise: nil)
            schedule(.seconds(2), context: context)
        case .end:
            context.write(data, promise: promise)
            unanswered -= 1
            // An answer may go out while its request's body is still coming in; then the body's deadline goes on.
            if phase == .answering, unanswered == 0 { awaitNextRequest(context: context) }
        }
    }

    private func awaitNextRequest(context: ChannelHandlerContext) {
        phase = .waiting
        schedule(deadlines.idle, context: context)
    }

    private func schedule(_ delay: TimeAmount, context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension ConnectionDeadlines: Sendable {}

private final class FirstByte: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrived: () -> Void

    init(_ arrived: @escaping () -> Void) { self.arrived = arrived }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrived()
        context.fireChannelRead(data)
    }
}
