import HTTPTypes
public import NIOCore
import NIOHTTP1
public import NIOHTTPTypes

/// Closes connections that are slow on purpose, and serves the requests of each one after the other.
///
/// A request's head must be complete within ``Deadlines/head`` of its first byte (or of the connection's start), its
/// body within ``Deadlines/body`` of its head, however the bytes drip; an answer must be taken within
/// ``Deadlines/answer``. A kept connection may be silent for ``Deadlines/idle``. It also closes after an answer that
/// says `Connection: close`, which the framework leaves to the client; a request that waits behind that answer is not
/// executed, so its client may send it again.
public final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    public struct Deadlines: Sendable {
        public var head: TimeAmount = .seconds(10)
        public var body: TimeAmount = .seconds(30)
        public var answer: TimeAmount = .seconds(30)
        public var idle: TimeAmount = .seconds(75)

        public init() {}
    }

    private enum Phase { case waiting, head, body, answering }

    private let deadlines: Deadlines
    private var pacer: RequestPacer?
    private var phase = Phase.waiting
    private var timer: Scheduled<Void>?
    private var closesAfterAnswer = false
    /// Whether a request was passed on whose answer is not out yet.
    private var isServing = false
    /// Requests behind that one. The pacer keeps them few. The framework would work through all that it is given
    /// before anybody else has a turn.
    private var waiting: [HTTPRequestPart] = []
    /// Whether the client's end of sending is still to be passed on, behind all requests.
    private var isInputClosed = false

    public init(deadlines: Deadlines = Deadlines()) { self.deadlines = deadlines }

    public func handlerAdded(context: ChannelHandlerContext) {
        // Only before the HTTP decoder can a head be seen that never becomes complete.
        let pacer = RequestPacer { [weak self] in self?.bytesArrived(context: context) }
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(pacer, position: .before(pipeline.handler(type: HTTPResponseEncoder.self)))
            self.pacer = pacer
            schedule(deadlines.head, context: context)
        } catch {
            context.close(promise: nil)
        }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        pacer = nil
    }

    public func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, !waiting.isEmpty {
            isInputClosed = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func bytesArrived(context: ChannelHandlerContext) {
        guard phase == .waiting else { return }
        phase = .head
        schedule(deadlines.head, context: context)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !closesAfterAnswer else { return }
        let part = unwrapInboundIn(data)
        switch part {
        case .head:
            phase = .body
            pacer?.requestStarted()
            schedule(deadlines.body, context: context)
        case .body: break
        case .end where pacer?.unanswered == 0: awaitNextRequest(context: context)
        case .end:
            phase = .answering
            timer?.cancel()
        }
        waiting.append(part)
        passOn(context: context)
    }

    /// Passes on what belongs to the request that is being served, or to the next one if there is none.
    private func passOn(context: ChannelHandlerContext) {
        var passed = 0
        for part in waiting {
            if case .head = part {
                guard !isServing else { break }
                isServing = true
            }
            context.fireChannelRead(wrapInboundOut(part))
            passed += 1
        }
        waiting.removeFirst(passed)
        if isInputClosed, waiting.isEmpty {
            isInputClosed = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational:
            closesAfterAnswer = head.headerFields[.connection] == "close"
            if phase == .answering { schedule(deadlines.answer, context: context) }
            context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { self.answerTaken(context: context) }
            isServing = false
            guard !closesAfterAnswer else {
                waiting = []
                context.writeAndFlush(data, promise: written)
                return context.close(mode: .output, promise: nil)
            }
            context.write(data, promise: written)
            pacer?.requestAnswered()
            guard !waiting.isEmpty else { return }
            passOn(context: context)
            context.fireChannelReadComplete()
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    private func answerTaken(context: ChannelHandlerContext) {
        if closesAfterAnswer {
            schedule(.seconds(2), context: context)
        } else if phase == .answering, pacer?.unanswered == 0 {
            // An answer may go out while its request's body is still coming in; then the body's deadline goes on.
            awaitNextRequest(context: context)
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
