// SPDX-License-Identifier: Apache-2.0

import NIOCore

typealias RedisAnswer = CheckedContinuation<Result<RESPValue, RedisError>, Never>

/// Performs the actions of the state machine on its channel. It is used on the channel's event loop only.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Notice {
        case ready(RedisConnection, tracking: Bool)
        case invalidated([String]?)
        /// The end of the connection; sent only after ``ready(_:tracking:)``.
        case lost(RedisError)
    }

    private var machine: RedisConnectionStateMachine<RedisAnswer>
    private var decoder: RESPDecoder
    private let deadline: NIODeadline
    private let ended: EventLoopPromise<RedisError>
    private let notify: (Notice) -> Void
    private var isReady = false
    private var context: ChannelHandlerContext?
    private var timer: (scheduled: Scheduled<Void>, at: NIODeadline)?

    /// - Parameters:
    ///   - deadline: the deadline of connection and handshake together.
    ///   - ended: succeeds with the reason when the connection has ended.
    ///   - notify: called on the event loop; must not block.
    init(
        handshake: RedisHandshake, options: RedisOptions, deadline: NIODeadline, ended: EventLoopPromise<RedisError>,
        notify: @escaping (Notice) -> Void
    ) {
        machine = RedisConnectionStateMachine(handshake: handshake, options: options)
        decoder = RESPDecoder(limits: options.limits)
        self.deadline = deadline
        self.ended = ended
        self.notify = notify
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { perform(machine.opened(deadline: deadline)) }
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(machine.opened(deadline: deadline))
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        decoder.feed(unwrapInboundIn(data).readableBytesView)
        do {
            while let value = try decoder.next() {
                perform(machine.received(value, at: .now()))
            }
        } catch {
            perform(machine.failed(RedisError(.protocolViolation)))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(machine.failed(RedisError(connecting: error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(machine.failed(RedisError(.connectionClosed)))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that never became active, such as the slower one of IPv4 and IPv6, ends here.
        perform(machine.failed(RedisError(.unreachable)))
        timer?.scheduled.cancel()
        self.context = nil
    }

    func submit(_ command: [UInt8], deadline: NIODeadline, answer: RedisAnswer) {
        perform(machine.submit(command, token: answer, deadline: deadline, at: .now()))
    }

    func close() { perform(machine.failed(RedisError(.notConnected))) }

    private func perform(_ actions: [RedisConnectionStateMachine<RedisAnswer>.Action]) {
        for action in actions {
            switch action {
            case .write(let bytes):
                guard let context else { continue }
                context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
            case .answer(let answer, let result):
                answer.resume(returning: result)
            case .ready(let tracking):
                guard let context else { continue }
                isReady = true
                let connection = RedisConnection(self, eventLoop: context.eventLoop, ended: ended.futureResult)
                notify(.ready(connection, tracking: tracking))
            case .invalidated(let keys):
                notify(.invalidated(keys))
            case .end(let reason):
                if isReady { notify(.lost(reason)) }
                context?.close(promise: nil)
                ended.succeed(reason)
            }
        }
        arm()
    }

    private func arm() {
        guard let context, timer.map({ machine.wakeUp < $0.at }) ?? true else { return }
        timer?.scheduled.cancel()
        timer = nil
        guard machine.wakeUp < .distantFuture else { return }
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: machine.wakeUp) { [weak self] in
            guard let self else { return }
            timer = nil
            perform(machine.tick(at: .now()))
        }
        timer = (scheduled, machine.wakeUp)
    }
}

@available(*, unavailable)
extension RedisChannelHandler: Sendable {}
