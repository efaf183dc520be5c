// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import NIOTLS
import OstiaryCore

typealias SMTPAnswer = CheckedContinuation<SMTPOutcome, Never>

/// Performs the actions of the state machine on its channel. It is used on the channel's event loop only.
final class SMTPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var machine: SMTPStateMachine<SMTPAnswer>
    private let tls: SMTPSecurity?
    private let ended: EventLoopPromise<Void>
    private let observer: MailDialogue?
    private var context: ChannelHandlerContext?
    private var timer: (scheduled: Scheduled<Void>, at: NIODeadline)?

    /// - Parameters:
    ///   - ended: succeeds when the connection has ended.
    ///   - observer: called on the event loop; must not block.
    init(
        _ machine: SMTPStateMachine<SMTPAnswer>, tls: SMTPSecurity?, ended: EventLoopPromise<Void>,
        observer: MailDialogue?
    ) {
        self.machine = machine
        self.tls = tls
        self.ended = ended
        self.observer = observer
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { perform(machine.opened(at: .now())) }
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(machine.opened(at: .now()))
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(machine.received(unwrapInboundIn(data).readableBytesView, at: .now()))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            perform(machine.secured(at: .now()))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(machine.failed(MailFailure.reason(of: error), at: .now()))
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(machine.failed("the mail server closed the connection", at: .now()))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that never became active, such as the slower one of IPv4 and IPv6, ends here.
        perform(machine.failed("the connection was closed", at: .now()))
        timer?.scheduled.cancel()
        self.context = nil
    }

    func submit(_ envelope: SMTPEnvelope, deadline: NIODeadline, answer: SMTPAnswer) {
        perform(machine.submit(envelope, token: answer, deadline: deadline, at: .now()))
    }

    func quit() { perform(machine.quit(at: .now())) }

    private func perform(_ actions: [SMTPStateMachine<SMTPAnswer>.Action]) {
        for action in actions {
            switch action {
            case .write(let bytes):
                guard let context else { continue }
                context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
            case .startTLS:
                startTLS()
            case .answer(let answer, let outcome):
                answer.resume(returning: outcome)
            case .tell(let line):
                observer?(line)
            case .end:
                context?.close(promise: nil)
                ended.succeed()
            }
        }
        arm()
    }

    private func startTLS() {
        guard let context, let tls else { return }
        do {
            try context.channel.pipeline.syncOperations.addHandler(tls.handler(), position: .first)
        } catch {
            perform(machine.failed(MailFailure.reason(of: error), at: .now()))
        }
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
extension SMTPChannelHandler: Sendable {}
