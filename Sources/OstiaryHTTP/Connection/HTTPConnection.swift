// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection: collects each request, has it answered, and begins the next when that answer was taken.
///
/// No body that a handler reads is larger than ``APIResponder/maximumBodySize``, so a request is answered when it is
/// whole, or as soon as it is known to be too large. A client that does not take its answers gets no further requests
/// served, and whoever is slow on purpose is cut off by ``ConnectionDeadlines``.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart

    /// What the decoder found, in its order.
    private enum Arrival {
        case part(HTTPServerRequestPart)
        case malformed
    }

    /// The request that is being received or answered.
    private struct Incoming {
        let head: HTTPRequestHead
        var body: IncomingBody
        /// Whether its end has not come in yet.
        var isReceiving = true
        var isDispatched = false
        var isAnswered = false
        /// Whether the client has taken the answer.
        var isTaken = false
    }

    private let answers: WireAnswers
    private let crowd: Crowd
    private let isSecure: Bool
    private let deadlines: ConnectionDeadlines
    private var pacer: RequestPacer?
    private var request: Incoming?
    /// Behind that request. The pacer keeps them few.
    private var waiting: [Arrival] = []
    private var isInputClosed = false
    private var isQuiescing = false
    /// Whether the decoder is at a request behind which it decodes nothing more.
    private var isLeavingHTTP = false
    /// The last answer is on its way: nothing more is read, and what waits is not executed, so its client may send it
    /// again (RFC 9112 §9.6).
    private var isEnding = false { didSet { if isEnding { pacer?.discard() } } }

    init(
        answers: WireAnswers, crowd: Crowd = Crowd(), isSecure: Bool = false,
        limits: ConnectionDeadlines.Limits = .init()
    ) {
        self.answers = answers
        self.crowd = crowd
        self.isSecure = isSecure
        self.deadlines = ConnectionDeadlines(limits)
    }

    /// Puts itself and what it needs at the end of a pipeline.
    ///
    /// - Parameter decoder: of HTTP. Only before it can a head be seen that never becomes complete.
    func install(behind decoder: ByteToMessageHandler<HTTPRequestDecoder>, in pipeline: ChannelPipeline) throws {
        let deadlines = self.deadlines
        let pacer = RequestPacer {
            if deadlines.phase == .idle { deadlines.phase = .head }
        }
        self.pacer = pacer
        try pipeline.syncOperations.addHandlers([pacer, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) { deadlines.begin(.head, on: context.channel) }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadlines.end()
        pacer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadlines.end()
        waiting = []
        forget()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            pacer?.requestStarted()
            isLeavingHTTP = Framing.leavesHTTP(head)
        case .body: break
        case .end: if isLeavingHTTP { pacer?.discard() }
        }
        arrive(.part(part), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { deadlines.settle(on: context.channel) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        // Fed once more, the decoder would report other errors, and those close the connection before the answer.
        pacer?.discard()
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
            let announced = Framing.announcedLength(head)
            request = Incoming(head: head, body: IncomingBody(announced: announced))
            deadlines.phase = .body
            if let announced, announced > APIResponder.maximumBodySize {
                dispatch(context, isTooLarge: true)
            } else if Framing.awaitsContinue(head) {
                pacer?.write(WireAnswer.proceed, promise: nil)
            }
        case .part(.body(var bytes)):
            guard request?.isDispatched == false else { return }
            switch request?.body.add(&bytes, of: crowd) {
            case .tooLarge: dispatch(context, isTooLarge: true)
            case .refused: refuse(context)
            case .taken, nil: break
            }
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

    /// There is no memory for its body now, so it was not served and may be sent again.
    private func refuse(_ context: ChannelHandlerContext) {
        request?.isDispatched = true
        answered(WireAnswer(.unavailable(retryAfter: 1)).closing, context)
    }

    /// Drops the request that is under way, and gives back what its body took.
    private func forget() {
        if let body = request?.body { crowd.giveBackBody(body.reserved) }
        request = nil
    }

    private func dispatch(_ context: ChannelHandlerContext, isTooLarge: Bool = false) {
        guard let request else { return }
        self.request?.isDispatched = true
        if !request.isReceiving { deadlines.phase = .answering }
        if !isQuiescing, !isInputClosed, !Framing.isLast(request.head), let answer = answers.immediate(request.head) {
            return answered(answer, context)
        }
        let (loop, connection) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
        Task { [answers, channel = context.channel] in
            let answer = await answers.answer(
                request.head, isTooLarge ? IncomingBody.tooLarge : request.body.bytes, channel)
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
        // Without it the connection is gone.
        guard let pacer else { return }
        let taken = context.eventLoop.makePromise(of: Void.self)
        var isTaken = false
        taken.futureResult.assumeIsolated().whenComplete { result in
            isTaken = true
            guard case .success = result else { return context.close(promise: nil) }
            self.answerTaken(context)
        }
        pacer.write(isSecure ? answer.strictTransport.bytes : answer.bytes, promise: taken)
        if !isTaken, context.channel.isActive { deadlines.begin(.taking, on: context.channel) }
    }

    private func answerTaken(_ context: ChannelHandlerContext) {
        guard !isEnding else {
            guard !isInputClosed else { return context.close(promise: nil) }
            // What the client still sends is read and dropped: closed at once, the answer could be lost (RFC 9112 §9.6).
            context.close(mode: .output, promise: nil)
            return deadlines.begin(.lingering, on: context.channel)
        }
        request?.isTaken = true
        pacer?.requestAnswered()
        next(context)
        deadlines.settle(on: context.channel)
    }

    /// Goes on with what waits, once the request is received and its answer taken.
    private func next(_ context: ChannelHandlerContext) {
        guard let request, request.isTaken, !request.isReceiving else { return }
        forget()
        deadlines.phase = .idle
        while self.request?.isDispatched != true, !waiting.isEmpty, !isEnding { take(waiting.removeFirst(), context) }
        if self.request == nil, isQuiescing || isInputClosed, !isEnding { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
