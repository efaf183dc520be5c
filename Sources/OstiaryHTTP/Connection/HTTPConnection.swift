import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection: collects each request, has it answered, and begins the next when that answer was taken.
///
/// No body that a handler reads is larger than ``APIResponder/maximumBodySize``, so a request is answered when it is
/// whole, or as soon as it is known to be too large. A client that does not take its answers gets no further requests
/// served, and whoever is slow on purpose is cut off by ``ConnectionDeadlines``.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the decoder found, in its order.
    private enum Arrival {
        case part(HTTPServerRequestPart)
        case malformed
    }

    /// The request that is being received or answered.
    private struct Incoming {
        let head: HTTPRequestHead
        var body = ByteBuffer()
        /// Whether its end has not come in yet.
        var isReceiving = true
        var isDispatched = false
        var isAnswered = false
    }

    private let answers: WireAnswers
    private let deadlines: ConnectionDeadlines
    private var pacer: RequestPacer?
    private var request: Incoming?
    /// Behind that request. The pacer keeps them few.
    private var waiting: [Arrival] = []
    private var isInputClosed = false
    private var isQuiescing = false
    /// The last answer is on its way: nothing more is read, and what waits is not executed, so its client may send it
    /// again (RFC 9112 §9.6).
    private var isEnding = false

    init(answers: WireAnswers, limits: ConnectionDeadlines.Limits = .init()) {
        self.answers = answers
        self.deadlines = ConnectionDeadlines(limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let deadlines = self.deadlines
        deadlines.begin(.head, on: context.channel)
        // Only before the HTTP decoder can a head be seen that never becomes complete.
        let pacer = RequestPacer {
            if deadlines.phase == .idle { deadlines.phase = .head }
        }
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(pacer, position: .before(pipeline.handler(type: HTTPResponseEncoder.self)))
            self.pacer = pacer
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadlines.end()
        pacer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadlines.end()
        waiting = []
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .head = part { pacer?.requestStarted() }
        arrive(.part(part), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { deadlines.settle(on: context.channel) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        arrive(.malformed, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if isWaitingForInput { context.close(promise: nil) }
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if request == nil, deadlines.phase != .taking { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Whether nothing can be said before the client says more.
    private var isWaitingForInput: Bool {
        guard deadlines.phase != .taking else { return false }
        guard let request else { return true }
        return request.isReceiving && (request.isAnswered || !request.isDispatched)
    }

    private func arrive(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        if let request, request.isDispatched, !request.isReceiving {
            waiting.append(arrival)
        } else {
            take(arrival, context)
        }
    }

    private func take(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        switch arrival {
        case .part(.head(let head)) where Framing.isUnambiguous(head):
            request = Incoming(head: head)
            deadlines.phase = .body
            if Framing.announcesTooLargeBody(head) {
                dispatch(context)
            } else if Framing.awaitsContinue(head) {
                let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
        case .part(.body(var bytes)):
            guard request?.isDispatched == false else { return }
            request?.body.writeBuffer(&bytes)
            if let size = request?.body.readableBytes, size > APIResponder.maximumBodySize { dispatch(context) }
        case .part(.end):
            request?.isReceiving = false
            if request?.isDispatched == false { dispatch(context) } else { next(context) }
        case .part(.head), .malformed: end(context)
        }
    }

    /// Where the next request begins is unknown: whatever is under way is answered, once, and nothing behind it.
    private func end(_ context: ChannelHandlerContext) {
        isEnding = true
        if request?.isAnswered == true { return answerTaken(context) }
        if request?.isDispatched != true { write(.malformed, context) }
    }

    private func dispatch(_ context: ChannelHandlerContext) {
        guard let request else { return }
        self.request?.isDispatched = true
        if !request.isReceiving { deadlines.phase = .answering }
        if !isQuiescing, !isInputClosed, !Framing.isLast(request.head), let bytes = answers.immediate(request.head) {
            return answered(.bytes(bytes), context)
        }
        let (loop, connection) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
        Task { [answers, channel = context.channel] in
            let answer = await answers.answer(request.head, request.body, channel)
            loop.execute {
                let (connection, context) = connection.value
                connection.answered(answer, context)
            }
        }
    }

    private func answered(_ answer: WireAnswer, _ context: ChannelHandlerContext) {
        guard let request else { return }
        self.request?.isAnswered = true
        if isEnding || answer.closes || Framing.isLast(request.head) || isQuiescing || isInputClosed && waiting.isEmpty
        {
            isEnding = true
            waiting = []
        }
        write(isEnding ? answer.closing : answer, context)
    }

    private func write(_ answer: WireAnswer, _ context: ChannelHandlerContext) {
        let taken = context.eventLoop.makePromise(of: Void.self)
        var isTaken = false
        taken.futureResult.assumeIsolated().whenComplete { result in
            isTaken = true
            guard case .success = result else { return context.close(promise: nil) }
            self.answerTaken(context)
        }
        switch answer {
        case .bytes(let bytes): pacer?.write(bytes, promise: taken)
        case .parts(let head, let body):
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: taken)
        }
        if !isTaken, context.channel.isActive { deadlines.begin(.taking, on: context.channel) }
    }

    private func answerTaken(_ context: ChannelHandlerContext) {
        guard !isEnding else {
            guard !isInputClosed else { return context.close(promise: nil) }
            // What the client still sends is read and dropped: closed at once, the answer could be lost (RFC 9112 §9.6).
            context.close(mode: .output, promise: nil)
            return deadlines.begin(.lingering, on: context.channel)
        }
        pacer?.requestAnswered()
        next(context)
        deadlines.settle(on: context.channel)
    }

    /// Goes on with what waits, once the request is both answered and received.
    private func next(_ context: ChannelHandlerContext) {
        guard let request, request.isAnswered, !request.isReceiving else { return }
        self.request = nil
        deadlines.phase = .idle
        while self.request?.isDispatched != true, !waiting.isEmpty, !isEnding { take(waiting.removeFirst(), context) }
        if self.request == nil, isQuiescing || isInputClosed, !isEnding { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
