// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection: performs the actions of its ``ConnectionStateMachine``.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let responder: any Responder
    private let isSecure: Bool
    private var machine: ConnectionStateMachine
    private let timer = ConnectionTimer()
    private var throttle: PipelineThrottle?
    private var peer: NIOCore.SocketAddress?
    /// The wait of the current request.
    private var waiting: Task<Void, Never>?

    /// - Parameters:
    ///   - responder: answers the requests.
    ///   - crowd: bounds the memory of bodies.
    ///   - isSecure: true if this server itself speaks TLS with the client.
    ///   - limits: the time limits.
    init(
        responder: any Responder, crowd: Crowd = Crowd(), isSecure: Bool = false,
        limits: ConnectionLimits = ConnectionLimits()
    ) {
        self.responder = responder
        self.isSecure = isSecure
        self.machine = ConnectionStateMachine(
            limits: limits, budget: .init(reserve: crowd.takeBody, release: crowd.giveBackBody))
    }

    /// Adds this handler and its helpers at the end of a pipeline.
    ///
    /// - Parameter decoder: the HTTP decoder. The throttle stands before it, since only there an incomplete head is
    ///   visible.
    func install(behind decoder: ByteToMessageHandler<HTTPRequestDecoder>, in pipeline: ChannelPipeline) throws {
        let throttle = PipelineThrottle { [weak self] in self?.machine.bytesArrived() }
        self.throttle = throttle
        try pipeline.syncOperations.addHandlers([throttle, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) {
        peer = context.remoteAddress
        settle(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        throttle = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer.cancel()
        waiting?.cancel()
        machine.closed()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            throttle?.requestStarted()
            perform(machine.receive(.head(head)), context)
        case .body(let bytes): perform(machine.receive(.body(bytes)), context)
        case .end:
            if machine.isSwitchingProtocol { throttle?.discard() }
            perform(machine.receive(.end), context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { settle(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        // After one parse error the decoder reports more, and each would close the channel before the 400 is written.
        throttle?.discard()
        perform(machine.receive(.malformed), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            perform(machine.inputClosed(), context)
            // Most clients that send nothing more are gone.
            waiting?.cancel()
        case is ChannelShouldQuiesceEvent: perform(machine.quiesce(), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func perform(_ action: ConnectionStateMachine.Action?, _ context: ChannelHandlerContext) {
        guard let action else { return }
        carryOut(action, context)
        while let next = machine.next() { carryOut(next, context) }
    }

    private func carryOut(_ action: ConnectionStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .writeContinue: throttle?.write(EncodedResponse.proceed, promise: nil)
        case .serve(let head, let body, let mayBeImmediate):
            serve(IncomingRequest(head, body: body, peer: peer), mayBeImmediate, context)
        case .write(let answer, let isLast):
            if isLast { throttle?.discard() }
            write(answer, context)
        case .stopDecoding: throttle?.discard()
        case .closeOutput:
            throttle?.discard()
            // Read and drop bytes that the client still sends: closing at once would lose the answer (RFC 9112 §9.6).
            context.close(mode: .output, promise: nil)
            settle(context)
        case .close: context.close(promise: nil)
        }
    }

    private func serve(_ request: IncomingRequest, _ mayBeImmediate: Bool, _ context: ChannelHandlerContext) {
        if mayBeImmediate, let answer = responder.immediateResponse(to: request) {
            return perform(machine.respond(answer), context)
        }
        guard Framing.namesHost(request.head) else {
            let answer = EncodedResponse(.malformedHost, isHead: request.head.method == .HEAD)
            return perform(machine.respond(answer), context)
        }
        guard mayBeImmediate, let wait = responder.wait(before: request) else { return answer(request, context) }
        let (loop, connection) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
        waiting = Task {
            var request = request
            request.hasWaited = await wait()
            loop.execute { [request] in
                let (connection, context) = connection.value
                connection.waiting = nil
                if context.channel.isActive { connection.answer(request, context) }
            }
        }
    }

    private func answer(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        let (loop, connection) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
        Task { [responder] in
            let answer = EncodedResponse(await responder.respond(to: request))
            loop.execute {
                let (connection, context) = connection.value
                connection.perform(connection.machine.respond(answer), context)
            }
        }
    }

    private func write(_ answer: EncodedResponse, _ context: ChannelHandlerContext) {
        // No throttle: the connection is closed.
        guard let throttle else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        var isWritten = false
        written.futureResult.assumeIsolated().whenComplete { result in
            isWritten = true
            guard case .success = result else { return context.close(promise: nil) }
            self.written(context)
        }
        throttle.write(isSecure ? answer.strictTransport.bytes : answer.bytes, promise: written)
        guard !isWritten, context.channel.isActive else { return }
        machine.wait(for: .writing, at: .now())
        timer.set(machine.deadline, closing: context.channel)
    }

    private func written(_ context: ChannelHandlerContext) {
        if let action = machine.written() { return carryOut(action, context) }
        throttle?.requestAnswered()
        perform(machine.next(), context)
        settle(context)
    }

    /// Starts the deadline of the phase, unless it was started before.
    private func settle(_ context: ChannelHandlerContext) {
        if machine.settle(at: .now()) { timer.set(machine.deadline, closing: context.channel) }
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
